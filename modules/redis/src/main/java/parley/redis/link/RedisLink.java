package parley.redis.link;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One connection to Redis, with finite waits and queues, behind a [Breaker]. Nothing here throws for a
/// fault of Redis. Thread-safe.
///
/// Its owner calls [#keep] from time to time on a thread of its own.
public final class RedisLink implements AutoCloseable {
    private static final int FAILURES_MAX = 3;

    /// A connection that answers nothing for so long is closed: the server behind it may be frozen, or
    /// no longer the one to ask, while its kernel still takes what we send.
    private static final long SILENT_NANOS_MAX = Duration.ofMillis(1_500).toNanos();

    private static final int CONNECT_AGAIN_MILLIS_MIN = 50;
    private static final int CONNECT_AGAIN_MILLIS_MAX = 500;

    private final RedisClients clients;
    private final Faults faults;
    private final long timeoutNanos;
    private final Breaker breaker = new Breaker(
            FAILURES_MAX,
            Duration.ofMillis(250).toNanos(),
            Duration.ofSeconds(2).toNanos());
    private final ReentrantLock connecting = new ReentrantLock();
    private volatile @Nullable RedisConnection connection;

    /// When the first of the failures in a row was; 0 = the last one succeeded.
    private volatile long failingSinceNanos;

    @GuardedBy("connecting")
    private long connectAtNanos = System.nanoTime();

    private volatile boolean isClosed;

    /// Told of each fault, on the thread that met it; `operation` is the caller's word for what it did.
    @FunctionalInterface
    public interface Faults {
        void failed(String operation, Throwable fault);
    }

    public RedisLink(RedisClients clients, Faults faults) {
        this.clients = clients;
        this.faults = faults;
        this.timeoutNanos = clients.commandTimeout().toNanos();
    }

    /// Connects when there is no connection, and again when the one that is there has long been silent.
    /// Blocks for the connect time-out; does nothing when it was tried a moment ago.
    public void keep() {
        if (isClosed || !connecting.tryLock()) {
            return;
        }
        try {
            RedisConnection open = connection;
            long since = failingSinceNanos;
            if (open != null && since != 0 && System.nanoTime() - since > SILENT_NANOS_MAX) {
                connection = null;
                open.close();
            }
            if (connection == null && System.nanoTime() - connectAtNanos >= 0) {
                connect();
            }
        } finally {
            connecting.unlock();
        }
    }

    @GuardedBy("connecting")
    private void connect() {
        try {
            Optional<RedisConnection> opened = clients.tryConnectShared();
            if (opened.isPresent()) {
                connection = opened.get();
                succeeded();
            }
        } catch (RuntimeException away) {
            connectAtNanos = System.nanoTime()
                    + TimeUnit.MILLISECONDS.toNanos(
                            ThreadLocalRandom.current().nextInt(CONNECT_AGAIN_MILLIS_MIN, CONNECT_AGAIN_MILLIS_MAX));
            failed("connect", away);
        }
    }

    /// Sends all commands that `commands` makes, then waits for their answers, for each the command
    /// time-out at most; gives up for the rest at the first fault. Empty when Redis is away, when one of
    /// them failed or was late: each may or may not have been done then.
    public <T> Optional<List<T>> ask(
            String operation,
            Function<RedisClusterAsyncCommands<String, byte[]>, List<? extends RedisFuture<? extends T>>> commands) {
        RedisConnection open = connection;
        if (open == null || !breaker.permits(System.nanoTime())) {
            return Optional.empty();
        }
        try {
            List<T> answers = new ArrayList<>();
            for (RedisFuture<? extends T> answer : open.together(commands)) {
                answers.add(await(answer));
            }
            succeeded();
            return Optional.of(answers);
        } catch (RuntimeException | ExecutionException | TimeoutException fault) {
            failed(operation, fault);
            return Optional.empty();
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

    private void succeeded() {
        failingSinceNanos = 0;
        breaker.succeeded();
    }

    private void failed(String operation, Throwable fault) {
        long now = System.nanoTime();
        if (failingSinceNanos == 0) {
            failingSinceNanos = now == 0 ? 1 : now;
        }
        breaker.failed(now);
        if (!isClosed) {
            faults.failed(operation, fault);
        }
    }

    /// True while there is a connection. It may have ended a moment ago.
    public boolean isConnected() {
        return connection != null;
    }

    /// True while callers are spared the wait.
    public boolean isAway() {
        return breaker.isOpen();
    }

    /// Commands find Redis away from now on. The connection ends with the [RedisClients].
    @Override
    public void close() {
        isClosed = true;
        connection = null;
    }
}
