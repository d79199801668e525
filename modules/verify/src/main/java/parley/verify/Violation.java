package parley.verify;

import java.util.List;

/// Something that must not be, and the events that show it.
public record Violation(Invariant invariant, String sentence, List<Event> events) {
    public Violation {
        events = List.copyOf(events);
    }
}
