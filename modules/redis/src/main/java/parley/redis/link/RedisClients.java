package parley.redis.link;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import parley.redis.RedisConfig;
import parley.redis.RedisLogin;
import parley.redis.RedisPlace;
import parley.redis.RedisTls;

/// Opens connections to one Redis, all with the same threads and with settings under which a Redis that
/// is gone, frozen or cut off costs a bounded time and a bounded memory. Thread-safe.
public final class RedisClients implements AutoCloseable {
    private static final Logger LOG = System.getLogger(RedisClients.class.getName());
    private static final int QUEUE_COMMANDS_MAX = 1_000;
    private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(500);
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration RECONNECT_MIN = Duration.ofMillis(50);
    private static final Duration RECONNECT_MAX = Duration.ofMillis(500);
    private static final Duration UNACKNOWLEDGED_MAX = Duration.ofMillis(1_500);
    private static final Duration TOPOLOGY_REFRESH = Duration.ofSeconds(5);
    private static final Duration TOPOLOGY_TRIGGERED = Duration.ofSeconds(1);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);
    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    private final RedisConfig config;
    private final ClientResources resources;

    /// One connection is made after the other: many at once take so long together that all fail, above
    /// all in a Redis Cluster, where the first one finds the servers for all.
    private final ReentrantLock connecting = new ReentrantLock(true);

    /// Of connections that many share; what they do not answer in time fails, and they connect again.
    private final AbstractRedisClient shared;

    /// Of connections that one thread reads, which says itself how long it waits and connects again.
    private final AbstractRedisClient blocking;

    /// Connects to nothing yet.
    public RedisClients(RedisConfig config) {
        this.config = config;
        this.resources = ClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .reconnectDelay(Delay.fullJitter(RECONNECT_MIN, RECONNECT_MAX, 50, TimeUnit.MILLISECONDS))
                .build();
        this.shared = client(true);
        this.blocking = client(false);
    }

    /// The longest that a caller of a shared connection waits.
    public Duration commandTimeout() {
        return config.commandTimeout();
    }

    /// A new connection for many threads; it connects again by itself. Blocks for the connect time-out;
    /// throws a [RuntimeException] of the library when Redis cannot be reached. Empty when its turn did
    /// not come within the connect time-out, as others are being made.
    public Optional<RedisConnection> tryConnectShared() {
        if (!hasTurn()) {
            return Optional.empty();
        }
        try {
            return Optional.of(connect(shared));
        } finally {
            connecting.unlock();
        }
    }

    /// Waits in line: who only looked might find it taken by readers again and again.
    private boolean hasTurn() {
        try {
            return connecting.tryLock(CONNECT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// A new connection for one reader that waits as long as it likes. It does not connect again. Waits
    /// for its turn, blocks for the connect time-out and throws as [#tryConnectShared].
    public RedisConnection connectBlocking() throws InterruptedException {
        connecting.lockInterruptibly();
        try {
            return connect(blocking);
        } finally {
            connecting.unlock();
        }
    }

    private static RedisConnection connect(AbstractRedisClient client) {
        return client instanceof RedisClusterClient cluster
                ? new RedisConnection(cluster.connect(CODEC))
                : new RedisConnection(((RedisClient) client).connect(CODEC));
    }

    private AbstractRedisClient client(boolean isShared) {
        if (config.place().mode() == RedisPlace.Mode.CLUSTER) {
            List<RedisURI> seeds = config.place().addresses().stream()
                    .map(address -> login(RedisURI.Builder.redis(host(address), address.port()))
                            .build())
                    .toList();
            RedisClusterClient client = RedisClusterClient.create(resources, seeds);
            client.setOptions((ClusterClientOptions) settings(
                            ClusterClientOptions.builder()
                                    .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                                            .enablePeriodicRefresh(TOPOLOGY_REFRESH)
                                            .adaptiveRefreshTriggersTimeout(TOPOLOGY_TRIGGERED)
                                            .build()),
                            isShared)
                    .build());
            return client;
        }
        RedisClient client = RedisClient.create(resources, uri());
        client.setOptions(settings(ClientOptions.builder(), isShared)
                .autoReconnect(isShared)
                .build());
        return client;
    }

    private RedisURI uri() {
        RedisPlace place = config.place();
        if (place.mode() == RedisPlace.Mode.STANDALONE) {
            RedisPlace.Address address = place.addresses().getFirst();
            return login(RedisURI.Builder.redis(host(address), address.port()).withDatabase(place.database()))
                    .build();
        }
        RedisURI.Builder uri = RedisURI.builder();
        place.addresses().forEach(address -> {
            RedisURI.Builder sentinel = RedisURI.Builder.redis(host(address), address.port());
            RedisURI.Builder unused = uri.withSentinel(with(config.sentinelLogin(), sentinel)
                    .withTimeout(CONNECT_TIMEOUT)
                    .build());
        });
        return login(uri.withSentinelMasterId(place.master()).withDatabase(place.database()))
                .build();
    }

    private static String host(RedisPlace.Address address) {
        return address.host().replaceAll("[\\[\\]]", "");
    }

    private RedisURI.Builder login(RedisURI.Builder uri) {
        return with(config.login(), uri).withTimeout(HANDSHAKE_TIMEOUT);
    }

    private RedisURI.Builder with(RedisLogin login, RedisURI.Builder uri) {
        login.password().ifPresent(password -> {
            RedisURI.Builder unused = uri.withAuthentication(RedisCredentialsProvider.from(
                    () -> RedisCredentials.just(login.user().orElse(null), password.reveal())));
        });
        return uri.withSsl(config.place().isEncrypted()).withVerifyPeer(SslVerifyMode.FULL);
    }

    private ClientOptions.Builder settings(ClientOptions.Builder options, boolean isShared) {
        if (config.place().isEncrypted()) {
            ClientOptions.Builder unused = options.sslOptions(ssl(config.tls()));
        }
        return options.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(QUEUE_COMMANDS_MAX)
                // What was under way when the connection ended has failed; whoever wants it asks again.
                .replayFilter(any -> true)
                .timeoutOptions(
                        isShared
                                ? TimeoutOptions.enabled(config.commandTimeout())
                                : TimeoutOptions.builder()
                                        .timeoutCommands(false)
                                        .build())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .tcpNoDelay(true)
                        .keepAlive(SocketOptions.KeepAliveOptions.builder()
                                .enable()
                                .idle(Duration.ofSeconds(5))
                                .interval(Duration.ofSeconds(1))
                                .count(3)
                                .build())
                        .tcpUserTimeout(SocketOptions.TcpUserTimeoutOptions.builder()
                                .enable()
                                .tcpUserTimeout(UNACKNOWLEDGED_MAX)
                                .build())
                        .build());
    }

    private static SslOptions ssl(RedisTls tls) {
        SslOptions.Builder ssl = SslOptions.builder();
        tls.trustFile().ifPresent(file -> {
            SslOptions.Builder unused = ssl.trustManager(file.toFile());
        });
        tls.certificate().ifPresent(file -> {
            SslOptions.Builder unused =
                    ssl.keyManager(file.toFile(), tls.privateKey().orElseThrow().toFile(), null);
        });
        return ssl.build();
    }

    /// Closes all connections and ends the threads. Blocks for two seconds at most.
    @Override
    public void close() {
        shared.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        blocking.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        try {
            Future<Boolean> ended = resources.shutdown(0, 1, TimeUnit.SECONDS);
            Boolean unused = ended.get(CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException late) {
            LOG.log(Level.WARNING, "threads of the Redis client did not end in time: " + late);
        }
    }
}
