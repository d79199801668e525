package parley.redis.link;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// An open connection, the same for one server and for a Redis Cluster. Thread-safe.
public final class RedisConnection implements AutoCloseable {
    private final StatefulConnection<String, byte[]> connection;
    private final RedisClusterAsyncCommands<String, byte[]> commands;
    private final boolean isOneServer;
    private final ReentrantLock sending = new ReentrantLock();

    RedisConnection(StatefulRedisConnection<String, byte[]> connection) {
        this.connection = connection;
        this.commands = connection.async();
        this.isOneServer = true;
    }

    RedisConnection(StatefulRedisClusterConnection<String, byte[]> connection) {
        this.connection = connection;
        this.commands = connection.async();
        this.isOneServer = false;
    }

    /// Makes commands and sends them with one write, where there is one server; to a Redis Cluster each goes
    /// by itself. Returns at once.
    <T> T together(Function<RedisClusterAsyncCommands<String, byte[]>, T> made) {
        if (!isOneServer) {
            return made.apply(commands);
        }
        sending.lock();
        try {
            connection.setAutoFlushCommands(false);
            return made.apply(commands);
        } finally {
            try {
                connection.setAutoFlushCommands(true);
                connection.flushCommands();
            } finally {
                sending.unlock();
            }
        }
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
