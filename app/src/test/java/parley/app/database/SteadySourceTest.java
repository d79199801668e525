package parley.app.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import parley.testkit.Await;

class SteadySourceTest {
    private final Refusing driver = new Refusing();
    private final HikariDataSource pool = new HikariDataSource();
    private SteadySource source;

    @BeforeEach
    void register() throws SQLException {
        DriverManager.registerDriver(driver);
        source = new SteadySource(Refusing.URL, null, null);
    }

    @AfterEach
    void deregister() throws SQLException {
        pool.close();
        DriverManager.deregisterDriver(driver);
    }

    @Test
    void tellsAFailureAtOnceWhileTheNodeStarts() {
        // A node that cannot reach its database does not start.
        assertThrows(SQLException.class, source::getConnection);

        assertEquals(1, driver.refused.get());
    }

    @Test
    void triesOnAtASteadyPaceUntilTheDatabaseIsBack() throws SQLException {
        // All goes on within 5 s after the database is back, however long it was away. Left to itself, the
        // pool waits 5 s between attempts once the database was away for five.
        source.serve(pool);
        driver.refuses = 6;

        long began = System.nanoTime();
        try (Connection connection = source.getConnection()) {
            assertTrue(connection.isValid(1));
        }
        assertEquals(6, driver.refused.get());
        assertTrue(System.nanoTime() - began < 6 * 1_000_000_000L, "a second between attempts is too long");
    }

    @Test
    void whatTheGuardRefusesNeverServes() throws SQLException {
        // Behind a new connection may be a server that lacks commits: none serves before the guard has let it pass.
        source.serve(pool);
        driver.refuses = 0;
        List<Connection> refused = new ArrayList<>();
        source.guard(connection -> {
            if (refused.size() < 2) {
                refused.add(connection);
                throw new SQLException("lacks commits");
            }
        });

        try (Connection connection = source.getConnection()) {
            assertTrue(connection.isValid(1));
            for (Connection one : refused) {
                assertTrue(one.isClosed());
            }
        }
        assertEquals(2, refused.size());
    }

    @Test
    void endsWithThePool() {
        // A node stops although its database is away.
        source.serve(pool);
        CompletableFuture<Connection> asked = CompletableFuture.supplyAsync(() -> {
            try {
                return source.getConnection();
            } catch (SQLException fault) {
                throw new CompletionException(fault);
            }
        });
        Await.until("it tries", () -> driver.refused.get() > 0);

        pool.close();

        Await.until("it gives up", asked::isCompletedExceptionally);
    }

    /// Refuses a number of connections, then opens an embedded database.
    private static final class Refusing implements Driver {
        static final String URL = "jdbc:refusing:";
        final AtomicInteger refused = new AtomicInteger();
        volatile int refuses = Integer.MAX_VALUE;

        @Override
        public Connection connect(String url, Properties properties) throws SQLException {
            if (refused.get() < refuses) {
                int unused = refused.incrementAndGet();
                throw new SQLException("refused", "08001");
            }
            return DriverManager.getConnection("jdbc:h2:mem:");
        }

        @Override
        public boolean acceptsURL(String url) {
            return url.equals(URL);
        }

        @Override
        public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) {
            return new DriverPropertyInfo[0];
        }

        @Override
        public int getMajorVersion() {
            return 1;
        }

        @Override
        public int getMinorVersion() {
            return 0;
        }

        @Override
        public boolean jdbcCompliant() {
            return false;
        }

        @Override
        public Logger getParentLogger() {
            return Logger.getGlobal();
        }
    }
}
