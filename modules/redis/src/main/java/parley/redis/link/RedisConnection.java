package parley.redis.link;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/// An open connection, the same for one server and for a Redis Cluster. Thread-safe.
public final class RedisConnection implements AutoCloseable {
    private final StatefulConnection<String, byte[]> connection;
    private final RedisClusterAsyncCommands<String, byte[]> commands;

    RedisConnection(StatefulRedisConnection<String, byte[]> connection) {
        this.connection = connection;
        this.commands = connection.async();
    }

    RedisConnection(StatefulRedisClusterConnection<String, byte[]> connection) {
        this.connection = connection;
        this.commands = connection.async();
    }

    /// All commands that name the slot of their keys; each returns at once. Answers are completed on
    /// threads of the library: wait for them on another one, and do nothing there.
    public RedisClusterAsyncCommands<String, byte[]> commands() {
        return commands;
    }

    /// Returns at once; answers that are due fail.
    @Override
    public void close() {
        var unused = connection.closeAsync();
    }
}
