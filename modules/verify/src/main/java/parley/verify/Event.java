package parley.verify;

import java.time.Duration;
import java.util.List;

/// One line of a run's record, written before something is sent and after something was received, in one
/// order for all clients. `t` is `System.nanoTime()`. `dev` is a device, `conn` one connection of it
/// (never used again), `conv` a conversation, `id` what is to be done once: the client message id of a
/// message, any name for another change; `attempt` counts from 1 how often that was asked for.
public sealed interface Event {
    long t();

    record Began(long t, long seed, long wallMillis, String what) implements Event {}

    /// What the run is to be judged by, as in [Bounds]; the time in milliseconds.
    record Judging(long t, int acknowledgedMin, int sendsPerFaultMin, long inTimeMillis) implements Event {
        public static Judging of(long t, Bounds bounds) {
            return new Judging(
                    t,
                    bounds.acknowledgedMin(),
                    bounds.sendsPerFaultMin(),
                    bounds.inTime().toMillis());
        }

        Bounds bounds() {
            return new Bounds(acknowledgedMin, sendsPerFaultMin, Duration.ofMillis(inTimeMillis));
        }
    }

    /// `speaks` is `raw` or `sdk`.
    record Device(long t, String dev, String account, String speaks) implements Event {}

    /// A conversation exists: `founded` is the seq of its last founding entry; founders read from 1, and
    /// so does everybody with `all`.
    record Founded(long t, String conv, long founded, boolean all) implements Event {}

    record Phase(long t, String name) implements Event {}

    /// Asks for a message. `print` as in [Row].
    record Send(long t, String dev, long conn, String conv, String id, int attempt, String print) implements Event {}

    /// Asks for any other entry.
    record Change(
            long t, String dev, long conn, String conv, String id, int attempt, String kind, long target, String print)
            implements Event {}

    /// `repeated`: the server said that it had it already.
    record Ack(long t, String id, int attempt, long seq, boolean repeated) implements Event {}

    /// Refused for good: this attempt did nothing.
    record Nack(long t, String id, int attempt, int code) implements Event {}

    /// Nobody knows whether this attempt did something. `why`: `time-out`, `closed`, or an error code.
    record Unknown(long t, String id, int attempt, String why) implements Event {}

    record Connect(long t, String dev, long conn, String address, String epoch) implements Event {}

    /// From now on pushes of `conv` begin behind `after`. `reset`: not where the device had asked to go
    /// on.
    record Resume(long t, String dev, long conn, String conv, long after, String epoch, boolean reset)
            implements Event {}

    /// The server ended the subscription.
    record Left(long t, String dev, long conn, String conv, int code) implements Event {}

    record Recv(long t, String dev, long conn, String conv, Row row) implements Event {}

    /// `planned`: the device itself went away.
    record Close(long t, String dev, long conn, int code, boolean planned) implements Event {
        /// The device itself ended it: something came that is not the protocol.
        public static final int BROKEN = 4900;
    }

    /// Asks for up to `limit` entries behind `from`, or with `reverse` before it (-1: from the end).
    record HistBegin(long t, long id, String dev, String conv, long from, int limit, boolean reverse)
            implements Event {}

    /// `head` is the end of the log as the same answer told it.
    record Hist(long t, long id, List<Row> rows, long head, String epoch) implements Event {}

    /// No page; `code` is that of the error, 0 when no answer came.
    record HistFailed(long t, long id, int code) implements Event {}

    record MarkerBegin(long t, long id, String dev, long conn, String conv) implements Event {}

    record Marker(long t, long id, long read, long unread) implements Event {}

    /// What the list of conversations said when nobody wrote any more.
    record Standing(long t, String account, String conv, long head, long messages, long read, long unread)
            implements Event {}

    /// `seen`: the effect showed (of `on`: somebody died, froze, was cut). `effect` says how.
    record Fault(long t, String name, boolean on, boolean seen, String effect) implements Event {}

    /// How far pushes had brought a device when there was nothing left to wait for; -1: not subscribed.
    record Quiet(long t, String dev, String conv, long live) implements Event {}

    /// What the tables hold of a conversation at the end. `source` says how that was read.
    record Dump(
            long t,
            String source,
            String conv,
            String epoch,
            long head,
            long messages,
            List<Row> rows,
            List<Member> members)
            implements Event {}

    /// A present member by the tables.
    record Member(String account, long visibleFrom) {}
}
