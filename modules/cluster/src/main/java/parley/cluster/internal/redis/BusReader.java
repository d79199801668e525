package parley.cluster.internal.redis;

import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import parley.redis.link.RedisClients;
import parley.redis.link.RedisConnection;

/// Reads the streams of some groups, those that one server of Redis holds, over a connection of its own:
/// all of them with one command that waits until there is something. Under load what comes gathers for a
/// moment, so that each entry does not wake every node. Runs on a thread of its own.
final class BusReader implements Runnable {
    private static final long BLOCK_MILLIS = 1_000;

    /// Beyond the time that a read blocks.
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(1);

    /// From the beginning of one read to that of the next, at least; one that waited is followed at once.
    private static final long PACE_NANOS = Duration.ofMillis(3).toNanos();

    private static final int AGAIN_MILLIS_MIN = 50;
    private static final int AGAIN_MILLIS_MAX = 400;
    private static final int BEGIN_TRIES = 5;

    private final List<GroupReader> groups;
    private final Map<String, GroupReader> byStream = new HashMap<>();
    private final RedisClients clients;
    private final ClusterMetrics metrics;
    private volatile boolean isOpen = true;

    BusReader(List<GroupReader> groups, RedisClients clients, ClusterMetrics metrics) {
        this.groups = groups;
        this.clients = clients;
        this.metrics = metrics;
        for (GroupReader group : groups) {
            group.streams().forEach(stream -> byStream.put(stream, group));
        }
    }

    @Override
    public void run() {
        try {
            while (isOpen) {
                try (RedisConnection connection = clients.connectBlocking()) {
                    begin(connection.commands());
                    readAll(connection.commands());
                } catch (RuntimeException | Error | ExecutionException | TimeoutException away) {
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
                for (GroupReader group : groups) {
                    group.locate(redis);
                }
                return;
            } catch (RuntimeException | ExecutionException notYet) {
                if (tries == 0) {
                    throw notYet;
                }
                TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS_MIN);
            }
        }
    }

    private void readAll(RedisClusterAsyncCommands<String, byte[]> redis)
            throws InterruptedException, ExecutionException, TimeoutException {
        while (isOpen) {
            long began = System.nanoTime();
            for (GroupReader group : groups) {
                if (group.takeLocate()) {
                    group.locate(redis);
                }
            }
            read(redis);
            long pause = began + PACE_NANOS - System.nanoTime();
            if (pause > 0) {
                TimeUnit.NANOSECONDS.sleep(pause);
            }
        }
    }

    private void read(RedisClusterAsyncCommands<String, byte[]> redis)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<StreamMessage<String, byte[]>> entries = redis.xread(
                        XReadArgs.Builder.block(BLOCK_MILLIS).count(GroupReader.READ_ENTRIES_MAX), offsets())
                .get(BLOCK_MILLIS + ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        if (entries == null || entries.isEmpty()) {
            return;
        }
        for (StreamMessage<String, byte[]> entry : entries) {
            GroupReader group = byStream.get(entry.getStream());
            if (group != null) {
                group.take(entry);
            }
        }
        groups.forEach(GroupReader::finish);
    }

    @SuppressWarnings("unchecked")
    private XReadArgs.StreamOffset<String>[] offsets() {
        return groups.stream().flatMap(GroupReader::offsets).toArray(XReadArgs.StreamOffset[]::new);
    }

    /// Ends the thread with its interruption.
    void close() {
        isOpen = false;
    }
}
