package parley.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The servers that tests of one JVM share, each started when first asked for and ended with the JVM.
///
/// A test that kills, freezes or flushes starts its own ([MariaDb#start], [RedisServer#start]). In the
/// shared Redis each test keeps to keys under [#keyPrefix].
public final class TestServers {
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    @GuardedBy("TestServers.class")
    private static @Nullable MariaDb mariaDb;

    @GuardedBy("TestServers.class")
    private static @Nullable MySql80 mySql80;

    @GuardedBy("TestServers.class")
    private static @Nullable RedisServer redis;

    private TestServers() {}

    public static synchronized MariaDb mariaDb() {
        if (mariaDb == null) {
            mariaDb = MariaDb.start();
        }
        return mariaDb;
    }

    public static synchronized MySql80 mySql80() {
        if (mySql80 == null) {
            mySql80 = MySql80.start();
        }
        return mySql80;
    }

    public static synchronized RedisServer redis() {
        if (redis == null) {
            redis = RedisServer.start();
        }
        return redis;
    }

    /// A prefix for Redis keys that nobody else has: `t1:`, `t2:`, ...
    public static String keyPrefix() {
        return "t" + PREFIXES.incrementAndGet() + ":";
    }
}
