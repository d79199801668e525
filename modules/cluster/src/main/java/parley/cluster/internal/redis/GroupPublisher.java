package parley.cluster.internal.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.XTrimArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import parley.cluster.internal.Partitions;
import parley.redis.link.RedisLink;

/// Makes entries of the hints, signals and beats that wait for the streams of one group: one per
/// partition of all that waits.
///
/// What fails is not written again: its numbers are used up, so readers see that they missed it. Belongs
/// to the thread of the [BusWriter].
final class GroupPublisher {
    private static final long BEAT_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long TRIM_NANOS = Duration.ofSeconds(15).toNanos();
    private static final int SIGNALS_ENTRIES_MAX = 2_000;
    private static final int STREAM_ENTRIES_MIN = 16;

    /// What Redis needs for an entry beside its bytes, about.
    private static final int ENTRY_OVERHEAD_BYTES = 64;

    private final int group;
    private final long boot;
    private final BusCodec codec;
    private final StreamLimits limits;
    private final GroupState state;
    private final ClusterMetrics metrics;

    private final long[] counters = new long[Partitions.PER_GROUP];
    private long signalCounter;
    private final double[] entryBytes = new double[Partitions.PER_GROUP];
    private long beatAtNanos = System.nanoTime();
    private boolean isOver;

    /// The groups take turns.
    private long trimAtNanos;

    /// How long streams get, in entries and in bytes, and how old their entries.
    record StreamLimits(int entriesMax, int bytesMax, Duration ageMax) {}

    /// Where entries go, who writes them and how.
    record Place(int group, long boot, BusCodec codec) {}

    GroupPublisher(Place place, StreamLimits limits, GroupState state, ClusterMetrics metrics) {
        this.group = place.group();
        this.boot = place.boot();
        this.codec = place.codec();
        this.limits = limits;
        this.state = state;
        this.metrics = metrics;
        this.trimAtNanos = System.nanoTime() + TRIM_NANOS * (group + 1) / Partitions.GROUPS;
    }

    /// An entry on its way to a stream that is to keep about so many.
    @SuppressWarnings("ArrayRecordComponent")
    record Entry(String stream, byte[] bytes, long keep) {
        RedisFuture<String> addTo(RedisClusterAsyncCommands<String, byte[]> redis) {
            return redis.xadd(stream, new XAddArgs().maxlen(keep).approximateTrimming(), Map.of(BusCodec.FIELD, bytes));
        }
    }

    /// What goes now, in this order: `hints` in the first `hintEntries`, a beat in the last one that is
    /// not a goodbye.
    record Draft(List<Entry> entries, int hints, int hintEntries, int signals, boolean hasBeat) {}

    /// When it has something to say in any case.
    long beatAtNanos() {
        return beatAtNanos;
    }

    /// Nothing follows any more.
    boolean isOver() {
        return isOver;
    }

    boolean isDue(long nowNanos) {
        return !isOver && (nowNanos - beatAtNanos >= 0 || !state.queue().isIdle());
    }

    /// Takes what waits. All of it counts as said from now on.
    Draft draft() {
        List<Entry> entries = new ArrayList<>();
        if (isOver) {
            return new Draft(entries, 0, 0, 0, false);
        }
        OutQueue.Batch batch = state.queue().take();
        int hints = 0;
        for (int index = 0; index < Partitions.PER_GROUP; index++) {
            OutQueue.Part part = batch.parts().get(index);
            counters[index] += part.dropped();
            hints += part.hints().size();
            addHints(entries, index, part.hints());
        }
        int hintEntries = entries.size();
        if (!batch.signals().isEmpty()) {
            addSignals(entries, new BusMessage.Signals(boot, ++signalCounter, batch.signals()));
        }
        long now = System.nanoTime();
        // Nobody would hear later that something before the goodbye was not written.
        boolean isBeat = batch.isLast() || now - beatAtNanos >= 0;
        if (isBeat) {
            addSignals(entries, new BusMessage.Beat(boot, ++signalCounter, counters.clone()));
            state.beatSent(signalCounter, now);
            beatAtNanos = now + BEAT_NANOS;
        }
        if (batch.isLast()) {
            addSignals(entries, new BusMessage.Goodbye(boot, ++signalCounter));
            isOver = true;
        }
        return new Draft(entries, hints, hintEntries, batch.signals().size(), isBeat);
    }

    /// What became of `draft`: the ids of its entries; empty when it failed.
    void written(Draft draft, Optional<List<String>> ids, RedisLink link) {
        if (ids.isEmpty()) {
            if (draft.hints() + draft.signals() > 0) {
                metrics.dropped("hint", "failed", draft.hints());
                metrics.dropped("signal", "failed", draft.signals());
            }
            return;
        }
        metrics.published(draft.hints(), draft.hintEntries());
        if (draft.hasBeat() && System.nanoTime() - trimAtNanos >= 0) {
            trimAtNanos = System.nanoTime() + TRIM_NANOS;
            trim(
                    link,
                    StreamId.parse(ids.get().getLast()).millis()
                            - limits.ageMax().toMillis());
        }
    }

    /// As few entries as hold all of `hints`, in order.
    private void addHints(List<Entry> entries, int index, List<byte[]> hints) {
        String stream = ClusterKeys.partition(Partitions.partition(group, index));
        int from = 0;
        while (from < hints.size()) {
            int bytes = BusCodec.size(hints.get(from));
            int to = from + 1;
            while (to < hints.size() && bytes + BusCodec.size(hints.get(to)) <= BusCodec.ENTRY_BATCH_BYTES) {
                bytes += BusCodec.size(hints.get(to++));
            }
            byte[] entry = codec.encode(stream, new BusMessage.Hints(boot, ++counters[index], hints.subList(from, to)));
            entries.add(new Entry(stream, entry, keep(index, entry.length)));
            from = to;
        }
    }

    private void addSignals(List<Entry> entries, BusMessage message) {
        String stream = ClusterKeys.signals(group);
        entries.add(new Entry(stream, codec.encode(stream, message), SIGNALS_ENTRIES_MAX));
    }

    /// How many entries a stream may keep, so that those of the usual size stay within its bytes.
    private long keep(int index, int bytes) {
        double usual = entryBytes[index] == 0 ? bytes : entryBytes[index] * 0.9 + bytes * 0.1;
        entryBytes[index] = usual;
        long fitting = (long) (limits.bytesMax() / (Math.max(usual, bytes) + ENTRY_OVERHEAD_BYTES));
        return Math.clamp(fitting, STREAM_ENTRIES_MIN, limits.entriesMax());
    }

    /// Deletes what is older than `millis` by the clock of Redis, so that nothing that was said is kept
    /// there for long.
    private void trim(RedisLink link, long millis) {
        XTrimArgs older = new XTrimArgs().minId(millis + "-0").exactTrimming();
        Optional<List<Long>> unused = link.ask(
                "trim",
                redis -> streams(group)
                        .<RedisFuture<Long>>map(stream -> redis.xtrim(stream, older))
                        .toList());
    }

    /// All streams of a group; the signals' is the last.
    static Stream<String> streams(int group) {
        return Stream.concat(
                IntStream.range(0, Partitions.PER_GROUP)
                        .mapToObj(index -> ClusterKeys.partition(Partitions.partition(group, index))),
                Stream.of(ClusterKeys.signals(group)));
    }
}
