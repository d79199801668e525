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
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import parley.cluster.internal.Partitions;
import parley.redis.link.RedisClients;
import parley.redis.link.RedisConnection;

/// Reads all streams of one group, from where it stopped, over a connection of its own. Runs on a thread
/// of its own.
final class GroupReader implements Runnable {
    private static final long BLOCK_MILLIS = 1_000;

    /// For what answers at once, and beyond the time that a read blocks.
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(1);

    private static final int READ_ENTRIES_MAX = 64;
    private static final int AGAIN_MILLIS_MIN = 50;
    private static final int BEGIN_TRIES = 5;
    private static final int AGAIN_MILLIS_MAX = 400;

    private final int group;
    private final long boot;
    private final BusCodec codec;
    private final RedisClients clients;
    private final GroupState state;
    private final Heard heard;
    private final ClusterMetrics metrics;
    private final List<String> streams;
    private final StreamId[] positions = new StreamId[Partitions.PER_GROUP + 1];
    private final Counters counters = new Counters(System.nanoTime());
    private boolean isLocated;
    private volatile boolean isOpen = true;

    /// What is done with what was read; must return at once.
    interface Heard {
        void hint(int partition, byte[] payload);

        void signal(long boot, int topic, byte[] payload);

        void goodbye(long boot);

        void missed(String reason);

        void junk(String reason);
    }

    GroupReader(
            GroupPublisher.Place place, RedisClients clients, GroupState state, Heard heard, ClusterMetrics metrics) {
        this.group = place.group();
        this.boot = place.boot();
        this.codec = place.codec();
        this.clients = clients;
        this.state = state;
        this.heard = heard;
        this.metrics = metrics;
        this.streams = GroupPublisher.streams(group).toList();
    }

    @Override
    public void run() {
        try {
            while (isOpen) {
                try (RedisConnection connection = clients.connectBlocking()) {
                    begin(connection.commands());
                    while (isOpen) {
                        if (state.takeLocate()) {
                            locate(connection.commands());
                        }
                        read(connection.commands());
                    }
                } catch (RuntimeException | ExecutionException | TimeoutException away) {
                    if (isOpen) {
                        metrics.error("read", away);
                    }
                }
                TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(AGAIN_MILLIS_MIN, AGAIN_MILLIS_MAX));
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /// A connection that was just made may refuse commands for a moment more, above all the one to a
    /// server of a Redis Cluster, which is made when it is first needed.
    private void begin(RedisClusterAsyncCommands<String, byte[]> redis)
            throws InterruptedException, ExecutionException, TimeoutException {
        for (int tries = BEGIN_TRIES; ; tries--) {
            try {
                locate(redis);
                return;
            } catch (RuntimeException | ExecutionException notYet) {
                if (tries == 0) {
                    throw notYet;
                }
                TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS_MIN);
            }
        }
    }

    /// Finds the ends of the streams: the first time to begin there, later to see whether they went back
    /// behind what was read, as after a loss of Redis' memory; then to begin there again.
    private void locate(RedisClusterAsyncCommands<String, byte[]> redis)
            throws InterruptedException, ExecutionException, TimeoutException {
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
            heard.missed("rollback");
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

    private void read(RedisClusterAsyncCommands<String, byte[]> redis)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<StreamMessage<String, byte[]>> entries = redis.xread(
                        XReadArgs.Builder.block(BLOCK_MILLIS).count(READ_ENTRIES_MAX), offsets())
                .get(BLOCK_MILLIS + ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        if (entries == null || entries.isEmpty()) {
            return;
        }
        int[] counts = new int[positions.length];
        List<BusMessage.Beat> beats = new ArrayList<>();
        for (StreamMessage<String, byte[]> entry : entries) {
            int index = streams.indexOf(entry.getStream());
            positions[index] = StreamId.parse(entry.getId());
            counts[index]++;
            take(index, entry.getBody().get(BusCodec.FIELD), beats);
        }
        if (!beats.isEmpty()) {
            // A beat tells of what was written before it; that was read with it unless there was too much.
            boolean[] isRead = new boolean[Partitions.PER_GROUP];
            for (int i = 0; i < isRead.length; i++) {
                isRead[i] = counts[i] < READ_ENTRIES_MAX;
            }
            beats.forEach(beat -> take(beat, isRead));
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private XReadArgs.StreamOffset<String>[] offsets() {
        XReadArgs.StreamOffset[] offsets = new XReadArgs.StreamOffset[positions.length];
        Arrays.setAll(offsets, i -> XReadArgs.StreamOffset.from(streams.get(i), positions[i].toString()));
        return offsets;
    }

    private void take(int index, byte @Nullable [] bytes, List<BusMessage.Beat> beats) {
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
                    counters.forget(goodbye.boot());
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

    /// Ends the thread with its interruption.
    void close() {
        isOpen = false;
    }
}
