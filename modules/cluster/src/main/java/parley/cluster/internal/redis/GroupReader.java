package parley.cluster.internal.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.cluster.internal.Partitions;

/// Takes what is read from the streams of one group, and knows from where to read on. Belongs to the
/// thread of the [BusReader].
final class GroupReader {
    /// For what answers at once.
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(1);

    /// Of each stream, with one command.
    static final int READ_ENTRIES_MAX = 64;

    private final int group;
    private final long boot;
    private final BusCodec codec;
    private final GroupState state;
    private final Heard heard;
    private final ClusterMetrics metrics;
    private final List<String> streams;
    private final StreamId[] positions = new StreamId[Partitions.PER_GROUP + 1];
    private final Counters counters = new Counters(System.nanoTime());
    private boolean isLocated;

    // Of the read that is being taken.
    private final int[] counts = new int[Partitions.PER_GROUP + 1];
    private final List<BusMessage.Beat> beats = new ArrayList<>();

    /// Who said goodbye within a read: forgotten when all that it said was held against what was heard.
    private final List<Long> leaving = new ArrayList<>();

    /// What is done with what was read; must return at once.
    interface Heard {
        void hint(int partition, byte[] payload);

        void signal(long boot, int topic, byte[] payload);

        void goodbye(long boot);

        void missed(String reason);

        /// Ids went back: Redis knows what it knew some time ago.
        void rolledBack();

        void junk(String reason);
    }

    GroupReader(GroupPublisher.Place place, GroupState state, Heard heard, ClusterMetrics metrics) {
        this.group = place.group();
        this.boot = place.boot();
        this.codec = place.codec();
        this.state = state;
        this.heard = heard;
        this.metrics = metrics;
        this.streams = GroupPublisher.streams(group).toList();
    }

    List<String> streams() {
        return streams;
    }

    /// Where to read on.
    Stream<XReadArgs.StreamOffset<String>> offsets() {
        return IntStream.range(0, positions.length)
                .mapToObj(i -> XReadArgs.StreamOffset.from(streams.get(i), positions[i].toString()));
    }

    /// Whether somebody asked for [#locate].
    boolean takeLocate() {
        return state.takeLocate();
    }

    /// Finds the ends of the streams: the first time to begin there, later to see whether they went back
    /// behind what was read, as after a loss of Redis' memory; then to begin there again.
    void locate(RedisClusterAsyncCommands<String, byte[]> redis)
            throws InterruptedException, ExecutionException, TimeoutException {
        // Of a read that broke off.
        Arrays.fill(counts, 0);
        beats.clear();
        leaving.clear();
        List<RedisFuture<List<Object>>> answers =
                streams.stream().map(redis::xinfoStream).toList();
        boolean wentBack = false;
        for (int i = 0; i < positions.length; i++) {
            StreamId end = end(answers.get(i));
            if (!isLocated) {
                positions[i] = end;
            } else if (end.compareTo(positions[i]) < 0) {
                positions[i] = end;
                wentBack = true;
            }
        }
        if (!isLocated || wentBack) {
            counters.begin(System.nanoTime());
        }
        isLocated = true;
        if (wentBack) {
            heard.rolledBack();
        }
    }

    private static StreamId end(RedisFuture<List<Object>> answer)
            throws InterruptedException, ExecutionException, TimeoutException {
        try {
            List<Object> facts = answer.get(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            for (int i = 0; i + 1 < facts.size(); i += 2) {
                if (text(facts.get(i)).equals("last-generated-id")) {
                    return StreamId.parse(text(facts.get(i + 1)));
                }
            }
            throw new IllegalStateException("XINFO STREAM names no last id");
        } catch (ExecutionException refused) {
            if (String.valueOf(refused.getCause()).contains("no such key")) {
                return StreamId.ZERO;
            }
            throw refused;
        }
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : value.toString();
    }

    /// Takes one entry of a read, in order.
    void take(StreamMessage<String, byte[]> entry) {
        int index = streams.indexOf(entry.getStream());
        positions[index] = StreamId.parse(entry.getId());
        counts[index]++;
        take(index, entry.getBody().get(BusCodec.FIELD));
    }

    /// All entries of a read were taken. A beat tells of what was written before it; that was read with it
    /// unless there was too much.
    void finish() {
        if (!beats.isEmpty()) {
            boolean[] isRead = new boolean[Partitions.PER_GROUP];
            for (int i = 0; i < isRead.length; i++) {
                isRead[i] = counts[i] < READ_ENTRIES_MAX;
            }
            beats.forEach(beat -> take(beat, isRead));
            beats.clear();
            if (!leaving.isEmpty() && !areAll(isRead)) {
                // Nothing will be held against what they said there.
                heard.missed("beat");
            }
        }
        leaving.forEach(counters::forget);
        leaving.clear();
        Arrays.fill(counts, 0);
    }

    private static boolean areAll(boolean[] flags) {
        for (boolean flag : flags) {
            if (!flag) {
                return false;
            }
        }
        return true;
    }

    private void take(int index, byte @Nullable [] bytes) {
        try {
            if (bytes == null) {
                throw new BusCodec.Unreadable("malformed");
            }
            BusMessage message = codec.decode(streams.get(index), bytes);
            if (message.boot() == boot) {
                if (message instanceof BusMessage.Beat beat) {
                    own(beat);
                }
                return;
            }
            Counters.Verdict verdict = counters.heard(message.boot(), index, message.counter(), System.nanoTime());
            if (verdict == Counters.Verdict.OLD) {
                metrics.invalid("old");
                return;
            }
            if (verdict == Counters.Verdict.GAP && index != Counters.SIGNALS) {
                heard.missed("gap");
            }
            switch (message) {
                case BusMessage.Hints hints -> {
                    metrics.received(hints.payloads().size());
                    int partition = Partitions.partition(group, index);
                    hints.payloads().forEach(payload -> heard.hint(partition, payload));
                }
                case BusMessage.Signals signals ->
                    signals.signals().forEach(signal -> heard.signal(message.boot(), signal.topic(), signal.payload()));
                case BusMessage.Beat beat -> beats.add(beat);
                case BusMessage.Goodbye goodbye -> {
                    leaving.add(goodbye.boot());
                    heard.goodbye(goodbye.boot());
                }
            }
        } catch (BusCodec.Unreadable unreadable) {
            heard.junk(unreadable.reason());
        }
    }

    private void own(BusMessage.Beat beat) {
        long nanos = state.beatHeard(beat.counter(), System.nanoTime());
        if (nanos >= 0) {
            metrics.lag(nanos);
        }
    }

    private void take(BusMessage.Beat beat, boolean[] isRead) {
        if (counters.beat(beat.boot(), beat.partitions(), isRead, System.nanoTime())) {
            state.locate();
            heard.missed("beat");
        }
    }
}
