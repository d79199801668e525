package parley.cluster.internal.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.XTrimArgs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import parley.cluster.internal.Partitions;
import parley.redis.link.RedisLink;

/// Writes hints, signals and beats to the streams of one group. Natural batching: it takes all that
/// waits, writes it as one entry per partition, all at once, and while Redis does that the next batch
/// gathers.
///
/// What fails is not written again: its numbers are used up, so readers see that they missed it. Runs on
/// a thread of its own.
final class GroupPublisher implements Runnable {
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
    private final RedisLink link;
    private final GroupState state;
    private final ClusterMetrics metrics;

    private final long[] counters = new long[Partitions.PER_GROUP];
    private long signalCounter;
    private final double[] entryBytes = new double[Partitions.PER_GROUP];
    private long beatAtNanos = System.nanoTime();
    private long trimAtNanos = System.nanoTime() + TRIM_NANOS;

    /// How long streams get, in entries and in bytes, and how old their entries.
    record StreamLimits(int entriesMax, int bytesMax, Duration ageMax) {}

    /// Where entries go, who writes them and how.
    record Place(int group, long boot, BusCodec codec) {}

    GroupPublisher(Place place, StreamLimits limits, RedisLink link, GroupState state, ClusterMetrics metrics) {
        this.group = place.group();
        this.boot = place.boot();
        this.codec = place.codec();
        this.limits = limits;
        this.link = link;
        this.state = state;
        this.metrics = metrics;
    }

    /// An entry on its way to a stream that is to keep about so many.
    @SuppressWarnings("ArrayRecordComponent")
    private record Entry(String stream, byte[] bytes, long keep) {}

    @Override
    public void run() {
        try {
            for (boolean isLast = false; !isLast; ) {
                OutQueue.Batch batch = state.queue().take(beatAtNanos);
                link.keep();
                write(batch);
                isLast = batch.isLast();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(OutQueue.Batch batch) {
        List<Entry> entries = new ArrayList<>();
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
        boolean isBeat = now - beatAtNanos >= 0;
        if (isBeat) {
            addSignals(entries, new BusMessage.Beat(boot, ++signalCounter, counters.clone()));
            state.beatSent(signalCounter, now);
            beatAtNanos = now + BEAT_NANOS;
        }
        if (batch.isLast()) {
            addSignals(entries, new BusMessage.Goodbye(boot, ++signalCounter));
        }
        if (entries.isEmpty()) {
            return;
        }
        Optional<List<String>> ids = link.ask(
                "publish",
                redis -> entries.stream()
                        .map(entry -> redis.xadd(
                                entry.stream(),
                                new XAddArgs().maxlen(entry.keep()).approximateTrimming(),
                                Map.of(BusCodec.FIELD, entry.bytes())))
                        .toList());
        if (ids.isPresent()) {
            metrics.published(hints, hintEntries);
            if (isBeat && now - trimAtNanos >= 0) {
                trimAtNanos = now + TRIM_NANOS;
                trim(StreamId.parse(ids.get().getLast()).millis()
                        - limits.ageMax().toMillis());
            }
        } else if (hints + batch.signals().size() > 0) {
            metrics.dropped("hint", "failed", hints);
            metrics.dropped("signal", "failed", batch.signals().size());
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
    private void trim(long millis) {
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
