package parley.history.internal.hot;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import parley.history.wiring.HistoryConfig.Redis;
import parley.kernel.Health;
import parley.kernel.Probe;

/// One shared connection to Redis, with finite waits and queues, behind a breaker. Nothing here throws
/// for a fault of Redis. Thread-safe.
final class RedisLink implements Probe, AutoCloseable {
    private static final int QUEUE_COMMANDS_MAX = 1_000;
    private static final int PIPELINE_COMMANDS = 250;
    private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(500);
    private static final Duration RECONNECT_MAX = Duration.ofMillis(500);
    private static final int FAILURES_MAX = 3;
    private static final String ADD_SEGMENT = script("add-segment.lua");

    private final long timeoutNanos;
    private final ClientResources resources;
    private final RedisClient client;
    private final HotMetrics metrics;
    private final Breaker breaker = new Breaker(
            FAILURES_MAX,
            Duration.ofMillis(250).toNanos(),
            Duration.ofSeconds(2).toNanos());
    private volatile @Nullable StatefulRedisConnection<String, byte[]> connection;

    /// One run of the script that adds a segment.
    @SuppressWarnings("ArrayRecordComponent")
    record Command(String key, byte[][] arguments) {}

    RedisLink(Redis config, HotMetrics metrics) {
        this.timeoutNanos = config.commandTimeout().toNanos();
        this.metrics = metrics;
        this.resources = ClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .reconnectDelay(Delay.fullJitter(Duration.ofMillis(50), RECONNECT_MAX, 50, TimeUnit.MILLISECONDS))
                .build();
        this.client = RedisClient.create(resources, uri(config));
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(QUEUE_COMMANDS_MAX)
                .timeoutOptions(TimeoutOptions.enabled(config.commandTimeout()))
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .keepAlive(true)
                        .tcpNoDelay(true)
                        .build())
                .build());
        metrics.watchBreaker(breaker::isOpen);
    }

    private static RedisURI uri(Redis config) {
        RedisURI uri = RedisURI.create(config.url());
        uri.setTimeout(config.commandTimeout());
        config.password().ifPresent(password -> {
            String user = config.user().orElse(null);
            uri.setCredentialsProvider(
                    RedisCredentialsProvider.from(() -> RedisCredentials.just(user, password.reveal())));
        });
        return uri;
    }

    /// Connects when there is no connection yet; later Lettuce connects again by itself. Blocks for the
    /// connect time-out; called on the writer's thread alone.
    void connectIfNeeded() {
        if (connection == null) {
            try {
                connection = client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
                breaker.succeeded();
            } catch (RuntimeException away) {
                metrics.error("connect", away);
                breaker.failed(System.nanoTime());
            }
        }
    }

    /// The last `count` elements of the list `key`; empty when Redis does not answer in time.
    List<byte[]> tail(String key, int count) {
        StatefulRedisConnection<String, byte[]> open = connection;
        if (open == null || !breaker.permits(System.nanoTime())) {
            return List.of();
        }
        try {
            RedisFuture<List<byte[]>> answer = open.async().lrange(key, -count, -1);
            List<byte[]> elements = await(answer);
            breaker.succeeded();
            return elements;
        } catch (RuntimeException | ExecutionException | TimeoutException fault) {
            failed("read", fault);
            return List.of();
        }
    }

    /// Runs the script for all of `commands`, pipelined; false when it gave up for the rest at the first
    /// fault.
    boolean addAll(List<Command> commands) {
        for (int from = 0; from < commands.size(); from += PIPELINE_COMMANDS) {
            List<Command> some = commands.subList(from, Math.min(commands.size(), from + PIPELINE_COMMANDS));
            StatefulRedisConnection<String, byte[]> open = connection;
            if (open == null || !breaker.permits(System.nanoTime()) || !pipeline(open, some)) {
                metrics.dropped();
                return false;
            }
        }
        return true;
    }

    /// Deletes `keys`, one command each; false when Redis did not do all of it.
    boolean delete(List<String> keys) {
        StatefulRedisConnection<String, byte[]> open = connection;
        if (open == null || !breaker.permits(System.nanoTime())) {
            return false;
        }
        try {
            List<RedisFuture<Long>> answers =
                    keys.stream().map(key -> open.async().del(key)).toList();
            for (RedisFuture<Long> answer : answers) {
                Long unused = await(answer);
            }
            breaker.succeeded();
            return true;
        } catch (RuntimeException | ExecutionException | TimeoutException fault) {
            failed("erase", fault);
            return false;
        }
    }

    private boolean pipeline(StatefulRedisConnection<String, byte[]> open, List<Command> commands) {
        try {
            List<RedisFuture<Long>> answers = new ArrayList<>(commands.size());
            for (Command command : commands) {
                answers.add(open.async()
                        .eval(
                                ADD_SEGMENT,
                                ScriptOutputType.INTEGER,
                                new String[] {command.key()},
                                command.arguments()));
            }
            for (RedisFuture<Long> answer : answers) {
                Long unused = await(answer);
            }
            breaker.succeeded();
            return true;
        } catch (RuntimeException | ExecutionException | TimeoutException fault) {
            failed("write", fault);
            return false;
        }
    }

    private <T> T await(RedisFuture<T> answer) throws ExecutionException, TimeoutException {
        try {
            return answer.get(timeoutNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new TimeoutException("interrupted");
        }
    }

    private void failed(String operation, Throwable fault) {
        breaker.failed(System.nanoTime());
        metrics.error(operation, fault);
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public Health check() {
        StatefulRedisConnection<String, byte[]> open = connection;
        if (open == null) {
            return Health.degraded("Redis has not answered yet; recent entries are read from the database");
        }
        if (breaker.permits(System.nanoTime())) {
            try {
                String unused = await(open.async().ping());
                breaker.succeeded();
                return Health.up();
            } catch (RuntimeException | ExecutionException | TimeoutException fault) {
                failed("ping", fault);
            }
        }
        return Health.degraded("Redis does not answer; recent entries are read from the database");
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        try {
            Future<Boolean> ended = resources.shutdown(0, 1, TimeUnit.SECONDS);
            Boolean unused = ended.get(2, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException late) {
            metrics.error("close", late);
        }
    }

    private static String script(String name) {
        try (InputStream file = RedisLink.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("the jar lacks " + name);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
