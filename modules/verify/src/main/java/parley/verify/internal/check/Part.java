package parley.verify.internal.check;

import parley.verify.Event;

/// A part of the checker: sees every event in order, then the end.
public interface Part {
    void accept(Event event);

    void finish();
}
