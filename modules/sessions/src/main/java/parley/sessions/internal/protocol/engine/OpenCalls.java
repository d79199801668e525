package parley.sessions.internal.protocol.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.sessions.Disconnect;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Request;

/// The commands of one session that are not settled, in the order of their arrival: first those that the
/// back end has, then those that wait. Costs nothing while empty. Guarded by its session.
final class OpenCalls {
    /// What the open commands of one connection may keep together; a single one may keep more.
    static final int BYTES_MAX = 2 << 20;

    private static final ProtocolError WAITING_FULL =
            ProtocolError.tooManyRequests("commands that wait on this connection", 1_000);
    private static final long EXCESS_WINDOW_MILLIS = 10_000;

    private final Engine engine;

    private @Nullable Call first;
    private @Nullable Call last;

    /// The first that has not begun.
    private @Nullable Call nextToBegin;

    /// The one that has to be answered before another begins.
    private @Nullable Call holder;

    private int size;
    private int begun;
    private int bytes;

    /// Errors for too much since `excessSince`.
    private int excess;

    private long excessSince;

    /// Why the session ends once nothing is open; then no more is taken.
    private @Nullable Disconnect retiring;

    /// Settled, and the answer is not yet in the queue.
    private int answering;

    OpenCalls(Engine engine) {
        this.engine = engine;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /// Lets nothing more in; see [#over].
    void retire(Disconnect why) {
        retiring = why;
    }

    boolean isRetiring() {
        return retiring != null;
    }

    /// Why the session is over now: it retires, and all that it was asked is answered.
    @Nullable
    Disconnect over() {
        return size == 0 && answering == 0 ? retiring : null;
    }

    /// As [#settle], and the answer is about to go into the queue.
    boolean settleToAnswer(Call call) {
        boolean first = settle(call);
        answering += first ? 1 : 0;
        return first;
    }

    /// So many answers are about to go into the queue.
    void answering(int count) {
        answering += count;
    }

    /// One of them is there.
    void answered() {
        answering--;
    }

    /// When the oldest has to be answered, [Timed#NEVER] when none is open.
    long answerBy() {
        return first == null
                ? Timed.NEVER
                : first.arrived + engine.limits().times().answerMillis();
    }

    /// Takes a new one in, if there is a place and the door is open (for the engine's own there always is);
    /// else the error to answer it with.
    @Nullable
    ProtocolError add(Call call) {
        boolean full = size >= engine.limits().commands().openMax() || (size > 0 && bytes + call.bytes > BYTES_MAX);
        if (full && !call.own) {
            engine.observer().refused("commands-waiting");
            return WAITING_FULL;
        }
        ProtocolError refused = call.request == null ? null : engine.intake().command(call.request);
        if (refused != null) {
            return refused;
        }
        call.before = last;
        if (last == null) {
            first = call;
        } else {
            last.after = call;
        }
        last = call;
        if (nextToBegin == null) {
            nextToBegin = call;
        }
        size++;
        bytes += call.bytes;
        if (nextToBegin == call && isBusy()) {
            engine.observer().waits();
        }
        return null;
    }

    /// One more was refused because the client asks for too much. True: it has gone on for too long.
    boolean exceeds(long now) {
        if (now - excessSince > EXCESS_WINDOW_MILLIS) {
            excessSince = now;
            excess = 0;
        }
        boolean exceeds = ++excess > engine.limits().commands().refusalsMax();
        if (exceeds) {
            engine.observer().refused("refusals");
        }
        return exceeds;
    }

    /// Whether a command waits and may begin.
    boolean canBegin() {
        return nextToBegin != null && holder == null && !isBusy();
    }

    private boolean isBusy() {
        return begun >= engine.limits().commands().inFlightMax();
    }

    /// Takes the next one that may begin; null if none may.
    @Nullable
    Call begin() {
        Call call = nextToBegin;
        if (call == null || !canBegin()) {
            return null;
        }
        nextToBegin = call.after;
        call.begun = true;
        call.begunAt = engine.now();
        if (!(call.request instanceof Request.Connect)) {
            call.refused = call.request == null ? null : engine.intake().begin(call.request);
            call.entered = call.refused == null;
        }
        begun++;
        if (nextToBegin != null && isBusy()) {
            engine.observer().waits();
        }
        if (call.holdsTheLine()) {
            holder = call;
        }
        return call;
    }

    /// The turn of `call` came, for which it waited after [#begin]. False if it was settled before.
    boolean enter(Call call) {
        if (call.settled) {
            engine.intake().gaveUp();
            return false;
        }
        call.entered = true;
        call.begunAt = engine.now();
        return true;
    }

    /// Takes `call` out. False if it was settled before.
    boolean settle(Call call) {
        if (call.settled) {
            return false;
        }
        call.settled = true;
        if (call == nextToBegin) {
            nextToBegin = call.after;
        }
        if (call == holder) {
            holder = null;
        }
        if (call.begun) {
            begun--;
        }
        size--;
        bytes -= call.bytes;
        unlink(call);
        if (call.entered && call.request != null) {
            engine.intake().ended(call.request, engine.now() - call.begunAt);
        }
        return true;
    }

    /// Settles those whose time is up at `now`.
    List<Call> settleLate(long now) {
        List<Call> late = new ArrayList<>(0);
        for (Call call = first; call != null && answerBy() <= now; call = first) {
            boolean unused = settle(call);
            late.add(call);
        }
        return late;
    }

    /// Gives up all of them.
    void clear() {
        while (first != null) {
            boolean unused = settle(first);
        }
    }

    private void unlink(Call call) {
        if (call.before == null) {
            first = call.after;
        } else {
            call.before.after = call.after;
        }
        if (call.after == null) {
            last = call.before;
        } else {
            call.after.before = call.before;
        }
        call.before = null;
        call.after = null;
    }
}
