package parley.history.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import parley.history.internal.store.Durability;
import parley.kernel.Database;
import parley.kernel.Dialect;
import parley.kernel.Health;
import parley.testkit.Checkout;
import parley.testkit.MariaDb;
import parley.testkit.TestDatabase;

/// P1: a node does not serve on a database that is set up to forget, unless it was told to.
final class DurabilityIT {
    @Test
    void aServerThatFlushesOnceASecondIsRefused() {
        // Down, with each weak setting named; degraded when it was allowed.
        try (MariaDb server = MariaDb.start("--innodb-flush-log-at-trx-commit=2", "--log-bin", "--sync-binlog=0");
                TestDatabase database = TestDatabase.create(server)) {
            Health refused = Durability.of(database.database(), false).check();
            assertEquals(Health.Status.DOWN, refused.status());
            assertTrue(refused.reason().contains("innodb_flush_log_at_trx_commit is 2, must be 1"), refused.reason());
            assertTrue(refused.reason().contains("sync_binlog is 0, must be 1"), refused.reason());
            assertEquals(
                    Health.Status.DEGRADED,
                    Durability.of(database.database(), true).check().status());
        }
    }

    @Test
    void anEmbeddedDatabaseThatWritesLaterIsRefused() {
        // H2 keeps its promise only when it writes each commit at once.
        onH2(
                "0",
                database ->
                        assertEquals(Health.up(), Durability.of(database, false).check()));
        onH2(
                "500",
                database -> assertEquals(
                        Health.Status.DOWN,
                        Durability.of(database, false).check().status()));
    }

    private static void onH2(String writeDelay, Consumer<Database> check) {
        String url = TestDatabase.h2Url(Checkout.temporaryFolder("h2").resolve("log"));
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl(url.replace("WRITE_DELAY=0", "WRITE_DELAY=" + writeDelay));
            pool.setUsername("sa");
            pool.setPassword("");
            check.accept(new Database(pool, Dialect.H2));
        }
    }
}
