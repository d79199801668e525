package parley.verify.internal.fault;

import java.time.Duration;

/// Something that breaks, for a while. Its calls block and say what could be seen.
public interface Fault {
    /// What was seen; `isSeen` false: nothing was, so nothing was proven.
    record Effect(boolean isSeen, String text) {}

    String name();

    /// Chooses what to hit and looks whether it runs; a [parley.verify.VerifyFault] when it does not.
    void aim();

    /// After [#aim].
    Effect inject();

    /// How long it lasts.
    Duration hold();

    Effect heal();
}
