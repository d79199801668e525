package parley.history.internal.hot;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.Base16;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import parley.kernel.Health;
import parley.kernel.Probe;
import parley.redis.RedisConfig;
import parley.redis.RedisPlace;
import parley.redis.link.RedisClients;
import parley.redis.link.RedisLink;

/// The lists of segments in Redis. Nothing here throws for a fault of Redis. Thread-safe.
final class RedisSegments implements Probe, AutoCloseable {
    private static final int PIPELINE_COMMANDS = 250;
    private static final String ADD_SEGMENT = script("add-segment.lua");
    private static final String ADD_SEGMENT_DIGEST = Base16.digest(ADD_SEGMENT.getBytes(StandardCharsets.UTF_8));

    private final RedisClients clients;
    private final RedisLink link;
    private final HotMetrics metrics;
    private final boolean isOneServer;

    /// One run of the script that adds a segment.
    @SuppressWarnings("ArrayRecordComponent")
    record Command(String key, byte[][] arguments) {}

    RedisSegments(RedisConfig config, HotMetrics metrics) {
        this.metrics = metrics;
        this.isOneServer = config.place().mode() != RedisPlace.Mode.CLUSTER;
        this.clients = new RedisClients(config);
        this.link = new RedisLink(clients, metrics::error);
        metrics.watchBreaker(link::isAway);
    }

    /// As [RedisLink#keep]; called on the writer's thread alone.
    void keep() {
        link.keep();
    }

    /// The last `count` elements of the list `key`; empty when Redis does not answer in time.
    List<byte[]> tail(String key, int count) {
        Optional<List<List<byte[]>>> answers = link.ask("read", redis -> List.of(redis.lrange(key, -count, -1)));
        return answers.map(List::getFirst).orElse(List.of());
    }

    /// Runs the script for all of `commands`, pipelined; false when it gave up for the rest at the first
    /// fault.
    boolean addAll(List<Command> commands) {
        for (int from = 0; from < commands.size(); from += PIPELINE_COMMANDS) {
            List<Command> some = commands.subList(from, Math.min(commands.size(), from + PIPELINE_COMMANDS));
            Optional<List<Long>> answers = link.ask("write", redis -> addTogether(redis, some));
            if (answers.isEmpty()) {
                metrics.dropped();
                return false;
            }
        }
        return true;
    }

    /// The first command brings the script along; one server knows it for those behind it, which name it.
    private List<RedisFuture<Long>> addTogether(
            RedisClusterAsyncCommands<String, byte[]> redis, List<Command> commands) {
        List<RedisFuture<Long>> answers = new ArrayList<>(commands.size());
        for (Command command : commands) {
            String[] keys = {command.key()};
            answers.add(
                    isOneServer && !answers.isEmpty()
                            ? redis.evalsha(ADD_SEGMENT_DIGEST, ScriptOutputType.INTEGER, keys, command.arguments())
                            : redis.eval(ADD_SEGMENT, ScriptOutputType.INTEGER, keys, command.arguments()));
        }
        return answers;
    }

    /// Deletes `keys`, one command each; false when Redis did not do all of it.
    boolean delete(List<String> keys) {
        Optional<List<Long>> answers =
                link.ask("erase", redis -> keys.stream().map(redis::del).toList());
        return answers.isPresent();
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public Health check() {
        if (!link.isConnected()) {
            return Health.degraded("Redis has not answered yet; recent entries are read from the database");
        }
        Optional<List<String>> answers = link.ask("ping", redis -> List.of(redis.ping()));
        return answers.isPresent()
                ? Health.up()
                : Health.degraded("Redis does not answer; recent entries are read from the database");
    }

    @Override
    public void close() {
        link.close();
        clients.close();
    }

    private static String script(String name) {
        try (InputStream file = RedisSegments.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("the jar lacks " + name);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
