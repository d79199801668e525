package parley.sessions.internal.protocol.engine;

import org.jspecify.annotations.Nullable;

/// Something that a [Wheel] wakes. The fields belong to the wheel, under its lock.
abstract class Timed {
    static final long NEVER = Long.MAX_VALUE;

    @Nullable
    Timed before;

    @Nullable
    Timed after;

    /// When it is to be woken; [#NEVER] when it is in no slot and nothing else is wanted.
    long due = NEVER;

    /// The slot it is in, if it is in one.
    int slot;

    /// It was taken out of its slot and is being woken.
    boolean inHand;

    /// It is not to be woken any more.
    boolean removed;

    /// Does what is due at `now` (milliseconds of the wheel's clock) and says when to come again, or
    /// [#NEVER]. Called on the wheel's thread, without its lock; must not block.
    abstract long wake(long now);
}
