package parley.history.internal.lane;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import parley.history.AppendResult;

/// An append between its arrival and its answer. Thread-safe: the lane and the ticker race for the
/// answer, and exactly one of them gives it.
final class Pending {
    private static final Logger LOG = System.getLogger(Pending.class.getName());

    private enum State {
        /// Nothing of it is in the database, nor on its way there.
        WAITING,
        /// Part of a transaction whose outcome is not known yet.
        UNDER_WAY,
        ANSWERED
    }

    private final Item item;
    private final int bytes;
    private final long offeredNanos;
    private final long deadlineNanos;
    private final Consumer<? super AppendResult> done;
    private final Answers answers;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

    /// Told of every answer, for the metrics.
    interface Answers {
        void answered(AppendResult result);
    }

    Pending(Item item, long nowNanos, long answerWithinNanos, Consumer<? super AppendResult> done, Answers answers) {
        this.item = item;
        this.bytes = item.bytes();
        this.offeredNanos = nowNanos;
        this.deadlineNanos = nowNanos + answerWithinNanos;
        this.done = done;
        this.answers = answers;
    }

    Item item() {
        return item;
    }

    int bytes() {
        return bytes;
    }

    long waitedNanos(long nowNanos) {
        return nowNanos - offeredNanos;
    }

    boolean isAnswered() {
        return state.get() == State.ANSWERED;
    }

    /// The lane puts it into a transaction; false when it was answered meanwhile and must not be
    /// written.
    boolean take() {
        return state.compareAndSet(State.WAITING, State.UNDER_WAY);
    }

    /// Its transaction is known not to have happened.
    void release() {
        boolean unused = state.compareAndSet(State.UNDER_WAY, State.WAITING);
    }

    /// Gives the answer, unless one was given already.
    void answer(AppendResult result) {
        if (state.getAndSet(State.ANSWERED) != State.ANSWERED) {
            tell(result);
        }
    }

    boolean isDue(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    /// Answers it when its time is over: [AppendResult.Busy] and never written when it was waiting,
    /// [AppendResult.Unknown] when it was under way.
    void expire(long nowNanos) {
        if (!isDue(nowNanos)) {
            return;
        }
        if (state.compareAndSet(State.WAITING, State.ANSWERED)) {
            tell(new AppendResult.Busy());
        } else if (state.compareAndSet(State.UNDER_WAY, State.ANSWERED)) {
            tell(new AppendResult.Unknown());
        }
    }

    private void tell(AppendResult result) {
        answers.answered(result);
        try {
            done.accept(result);
        } catch (RuntimeException fault) {
            LOG.log(Level.ERROR, "a receiver of an append's answer failed", fault);
        }
    }
}
