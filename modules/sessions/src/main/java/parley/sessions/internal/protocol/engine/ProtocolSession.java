package parley.sessions.internal.protocol.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.sessions.Disconnect;
import parley.sessions.internal.protocol.Accepted;
import parley.sessions.internal.protocol.BackendSession;
import parley.sessions.internal.protocol.Disconnects;
import parley.sessions.internal.protocol.Lifetime;
import parley.sessions.internal.protocol.message.Answered;
import parley.sessions.internal.protocol.message.Command;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Result;
import parley.sessions.internal.transport.Connection;

/// One connection in the eyes of the protocol: its state, its open commands and its clock.
///
/// Thread-safe. Its lock is its own monitor, because there is one per connection and an idle one should
/// weigh nothing; under it only [OutboundQueue] is called, never the wheel and never the back end. The
/// commands run one after another on a virtual thread that is there only while there is something to do.
final class ProtocolSession extends Timed {
    private final Engine engine;
    private final Connection connection;
    private final OutboundQueue queue;
    private final SessionOutbound outbound;
    private final Subscriptions subscriptions = new Subscriptions();

    @GuardedBy("this")
    private final Liveness liveness;

    @GuardedBy("this")
    private final OpenCalls calls;

    @GuardedBy("this")
    private SessionState state = SessionState.NEW;

    /// A thread runs commands, or is about to.
    @GuardedBy("this")
    private boolean running;

    /// Set when the state becomes CONNECTED, and kept.
    @GuardedBy("this")
    private @Nullable BackendSession backend;

    /// The back end was told the end.
    @GuardedBy("this")
    private boolean endTold;

    /// When the wheel will call at the latest.
    @GuardedBy("this")
    private long wakeAt = NEVER;

    ProtocolSession(Engine engine, Connection connection, boolean framePings) {
        this.engine = engine;
        this.connection = connection;
        queue = new OutboundQueue(connection, engine.limits(), framePings);
        outbound = new SessionOutbound(this, queue);
        liveness = new Liveness(engine.limits(), engine.now());
        calls = new OpenCalls(engine);
    }

    Connection connection() {
        return connection;
    }

    SessionOutbound outbound() {
        return outbound;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    void received(List<Command> commands, int bytes) {
        long now = engine.now();
        ProtocolError excess = engine.intake().frame(this, commands.size(), bytes);
        List<Call> refused = new ArrayList<>(0);
        synchronized (this) {
            if (state == SessionState.REFUSED) {
                closeLocked(Disconnects.BAD_REQUEST, true);
            }
            for (Command command : commands) {
                if (isClosedLocked() || state == SessionState.REFUSED) {
                    break;
                }
                if (command.isPong()) {
                    pongLocked();
                } else if (!calls.isRetiring()) {
                    addLocked(new Call(this, command.id(), command.request(), now), excess, refused);
                }
            }
            calls.answering(refused.size());
        }
        for (Call call : refused) {
            boolean unused = reply(call, call.late);
        }
        goOn();
    }

    synchronized void nativePong() {
        liveness.pong();
    }

    void drained() {
        boolean due = queue.drained();
        BackendSession told;
        synchronized (this) {
            told = due && state == SessionState.CONNECTED ? backend : null;
        }
        if (told != null) {
            engine.dispatcher().drained(this, told);
        }
        goOn();
    }

    void ended() {
        synchronized (this) {
            state = SessionState.ENDED;
            calls.clear();
        }
        queue.ended();
        engine.wheel().remove(this);
        goOn();
    }

    @GuardedBy("this")
    private void pongLocked() {
        closeLocked(state == SessionState.NEW && calls.isEmpty() ? Disconnects.BAD_REQUEST : null, true);
        liveness.pong();
    }

    @GuardedBy("this")
    private void addLocked(Call call, @Nullable ProtocolError excess, List<Call> refused) {
        ProtocolError error = excess == null ? calls.add(call) : excess;
        if (error != null) {
            call.late = error;
            refused.add(call);
            if (call.request instanceof Request.Connect && state == SessionState.NEW) {
                refuseLocked();
            }
        }
    }

    /// To be called at first and after every change: starts the runner if there is work for it and none is
    /// there, and sees to it that the wheel calls in time.
    void goOn() {
        boolean start;
        long sooner = NEVER;
        synchronized (this) {
            closeLocked(calls.over(), true);
            start = !running && hasWorkLocked();
            running |= start;
            long due = nextDueLocked();
            if (due < wakeAt) {
                wakeAt = due;
                sooner = due;
            }
        }
        if (sooner != NEVER) {
            engine.wheel().wakeBy(this, sooner);
        }
        if (start) {
            engine.execute(this::run);
        }
    }

    private void run() {
        for (Call call = next(); call != null; call = next()) {
            engine.dispatcher().run(this, call);
        }
        BackendSession over = takeEnd();
        if (over != null) {
            engine.dispatcher().ended(over);
        }
    }

    /// The next command to run; null: there is none, and the runner has to go.
    private synchronized @Nullable Call next() {
        Call call = state != SessionState.ENDED && hasWorkLocked() ? calls.begin() : null;
        running = call != null;
        return call;
    }

    private synchronized @Nullable BackendSession takeEnd() {
        boolean first = state == SessionState.ENDED && !endTold && !running;
        endTold |= first;
        return first ? backend : null;
    }

    @GuardedBy("this")
    private boolean hasWorkLocked() {
        return switch (state) {
            case ENDED -> backend != null && !endTold;
            case CLOSING, REFUSED -> false;
            case NEW, CONNECTING, CONNECTED -> calls.canBegin() && queue.hasRoomForReplies();
        };
    }

    synchronized SessionState state() {
        return state;
    }

    /// From NEW to CONNECTING; false if this is not the first command.
    synchronized boolean beginConnect() {
        boolean first = state == SessionState.NEW;
        state = first ? SessionState.CONNECTING : state;
        return first;
    }

    /// See [OpenCalls#enter].
    synchronized boolean enter(Call call) {
        return calls.enter(call);
    }

    /// Null before the connect reply.
    synchronized @Nullable BackendSession backend() {
        return backend;
    }

    /// The token lives on for `lifetime`.
    void renew(Lifetime lifetime) {
        synchronized (this) {
            liveness.endsAt(engine.endOf(lifetime));
        }
        goOn();
    }

    synchronized void ifLate(Call call, ProtocolError error) {
        call.late = error;
    }

    /// Ends `call` without a reply.
    void settle(Call call) {
        synchronized (this) {
            boolean unused = calls.settle(call);
        }
        goOn();
    }

    boolean answer(Call call, Answered answer) {
        synchronized (this) {
            if (!calls.settleToAnswer(call)) {
                return false;
            }
            if (call.request instanceof Request.Connect) {
                refuseLocked();
            } else if (answer instanceof Result.Subscribed subscribed
                    && call.request instanceof Request.Subscribe request) {
                subscriptions.add(request.channel(), false, engine.endOf(subscribed.lifetime()));
            }
        }
        boolean taken = reply(call, answer);
        goOn();
        return taken;
    }

    /// The connection becomes a session.
    boolean accept(Call call, Accepted accepted, Result.Connected reply) {
        synchronized (this) {
            if (!calls.settleToAnswer(call)) {
                return false;
            }
            long now = engine.now();
            state = SessionState.CONNECTED;
            backend = accepted.session();
            accepted.subscriptions().forEach((channel, subscribed) -> {
                subscriptions.add(channel, true, engine.endOf(subscribed.lifetime()));
            });
            liveness.connected(now, engine.jitter());
            liveness.endsAt(engine.endOf(accepted.lifetime()));
        }
        boolean unused = reply(call, reply);
        goOn();
        return true;
    }

    boolean disconnect(Call call, Disconnect why) {
        synchronized (this) {
            if (!calls.settle(call)) {
                return false;
            }
            closeLocked(why, true);
        }
        goOn();
        return true;
    }

    /// Ends the connection; with `flush` what is queued goes out first.
    void disconnect(Disconnect why, boolean flush) {
        synchronized (this) {
            closeLocked(why, flush);
        }
        goOn();
    }

    /// The same once what was asked is answered; takes no more.
    void retire(Disconnect why) {
        synchronized (this) {
            calls.retire(why);
        }
        goOn();
    }

    @GuardedBy("this")
    private boolean isClosedLocked() {
        return state == SessionState.CLOSING || state == SessionState.ENDED;
    }

    @GuardedBy("this")
    private void refuseLocked() {
        state = SessionState.REFUSED;
        calls.clear();
    }

    @GuardedBy("this")
    private void closeLocked(@Nullable Disconnect why, boolean flush) {
        if (why == null || isClosedLocked()) {
            return;
        }
        state = SessionState.CLOSING;
        calls.clear();
        liveness.closing(engine.now());
        queue.close(why, flush);
        engine.observer().disconnected(why);
    }

    private boolean reply(Call call, Answered answer) {
        engine.observer().answered(answer);
        boolean taken = outbound.reply(call, answer);
        synchronized (this) {
            calls.answered();
            if (answer instanceof ProtocolError error && error.excess() && calls.exceeds(engine.now())) {
                closeLocked(Disconnects.TOO_MANY_REQUESTS, true);
            }
        }
        return taken;
    }

    @Override
    long wake(long now) {
        for (Call call : late(now)) {
            boolean unused = reply(call, call.begun ? call.late : ProtocolError.TOO_MANY_REQUESTS);
        }
        endSubscriptions(now);
        boolean unsent = connection.pendingBytes() > 0;
        for (Liveness.Due due = due(now, unsent); due != Liveness.Due.NOTHING; due = due(now, unsent)) {
            switch (due) {
                case PING -> queue.ping();
                case STALE -> disconnect(Disconnects.STALE, true);
                case EXPIRED -> disconnect(Disconnects.EXPIRED, true);
                case NO_PONG -> disconnect(Disconnects.NO_PONG, false);
                case FLUSHED_LONG_ENOUGH -> queue.closeNow();
                case NOTHING -> {}
            }
        }
        goOn();
        synchronized (this) {
            wakeAt = nextDueLocked();
            return wakeAt;
        }
    }

    /// Those that the client made end in their turn among its commands.
    private synchronized void endSubscriptions(long now) {
        for (Subscriptions.Due due = subscriptions.due(now); due != null; due = subscriptions.due(now)) {
            if (due.server()) {
                closeLocked(Disconnects.SUBSCRIPTION_EXPIRED, true);
            } else if (state == SessionState.CONNECTED) {
                ProtocolError unused = calls.add(Call.ending(this, due.channel(), now));
            }
        }
    }

    private synchronized Liveness.Due due(long now, boolean unsent) {
        return liveness.due(now, unsent);
    }

    /// The commands whose time is up. A connect among them ends all.
    private synchronized List<Call> late(long now) {
        List<Call> late = calls.settleLate(now);
        if (state == SessionState.CONNECTING && !late.isEmpty()) {
            refuseLocked();
            late = late.subList(0, 1);
        }
        calls.answering(late.size());
        return late;
    }

    @GuardedBy("this")
    private long nextDueLocked() {
        long ending = state == SessionState.CONNECTED ? subscriptions.next() : NEVER;
        return Math.min(ending, Math.min(calls.answerBy(), liveness.next()));
    }
}
