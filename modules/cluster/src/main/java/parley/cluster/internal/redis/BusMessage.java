package parley.cluster.internal.redis;

import java.util.List;

/// One entry of a stream. `boot` is the boot id of the node that wrote it; it numbers what it writes to
/// each stream 1, 2, 3, ... (`counter`), so that a reader sees when something is missing.
sealed interface BusMessage {
    long boot();

    long counter();

    /// Hints of one partition, in the order in which they were published.
    record Hints(long boot, long counter, List<byte[]> payloads) implements BusMessage {}

    /// Signals of one group.
    record Signals(long boot, long counter, List<Signal> signals) implements BusMessage {}

    /// Says that the way works, and how far the node counted in each partition of the group.
    @SuppressWarnings("ArrayRecordComponent")
    record Beat(long boot, long counter, long[] partitions) implements BusMessage {}

    /// The node ends and wrote all that it had.
    record Goodbye(long boot, long counter) implements BusMessage {}

    /// `topic` is a code; this node may not know it.
    @SuppressWarnings("ArrayRecordComponent")
    record Signal(int topic, byte[] payload) {}
}
