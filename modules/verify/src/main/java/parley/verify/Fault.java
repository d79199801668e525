package parley.verify;

import java.time.Duration;

/// Something that breaks, for a while. Its calls block and say what could be seen.
public interface Fault {
    /// What was seen; `isSeen` false: nothing was, so nothing was proven.
    record Effect(boolean isSeen, String text) {}

    /// The word before the first `-` says what kind of part it hurts; of two with the same word, one is
    /// over before the other begins.
    String name();

    /// Chooses what to hit and looks whether it runs; a [VerifyFault] when it does not.
    default void aim() {}

    /// After [#aim].
    Effect inject();

    /// How long it lasts.
    Duration hold();

    Effect heal();
}
