package parley.testkit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import parley.kernel.Database;
import parley.kernel.Dialect;

/// A database that one test class has for itself, with the tables of the modules it names, behind a
/// small pool at READ COMMITTED.
public final class TestDatabase implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final int POOL_SIZE = 8;
    private static final Duration OPENED_WITHIN = Duration.ofSeconds(30);

    /// Kept here because the logging system forgets settings of loggers that nobody holds.
    private static final List<Logger> QUIET =
            List.of(Logger.getLogger("org.flywaydb"), Logger.getLogger("com.zaxxer.hikari"));

    static {
        QUIET.forEach(logger -> logger.setLevel(Level.SEVERE));
    }

    private final Engine engine;
    private final String name;
    private final String jdbcUrl;
    private final String user;
    private final @Nullable SqlServer server;
    private final HikariDataSource pool;

    private TestDatabase(Engine engine, String name, String jdbcUrl, String user, @Nullable SqlServer server) {
        this.engine = engine;
        this.name = name;
        this.jdbcUrl = jdbcUrl;
        this.user = user;
        this.server = server;
        this.pool = openPool(jdbcUrl, user);
    }

    /// A fresh database of `engine` on the shared server (H2: in a temporary folder) with the migrations
    /// of `modules` applied in this order.
    public static TestDatabase create(Engine engine, String... modules) {
        return switch (engine) {
            case H2 -> createH2(modules);
            case MARIADB -> create(TestServers.mariaDb(), modules);
            case MYSQL80 -> create(TestServers.mySql80(), modules);
        };
    }

    /// A fresh database on a server of the caller's own, which may be killed and restarted.
    public static TestDatabase create(SqlServer server, String... modules) {
        String name = "t" + COUNT.incrementAndGet();
        try (Connection connection = server.connect("");
                Statement statement = connection.createStatement()) {
            boolean unused =
                    statement.execute("create database " + name + " character set utf8mb4 collate utf8mb4_bin");
        } catch (SQLException fault) {
            throw Database.translate(fault);
        }
        Engine engine = server.dialect() == Dialect.MYSQL ? Engine.MYSQL80 : Engine.MARIADB;
        return new TestDatabase(engine, name, server.jdbcUrl(name), "root", server).migrate(modules);
    }

    private static TestDatabase createH2(String... modules) {
        Path folder = Checkout.temporaryFolder("h2");
        return new TestDatabase(Engine.H2, "h2", h2Url(folder.resolve("parley")), "sa", null).migrate(modules);
    }

    /// Address of an embedded database in `file` that writes each commit at once.
    public static String h2Url(Path file) {
        return "jdbc:h2:file:" + file + ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE"
                + ";LOCK_TIMEOUT=2000";
    }

    public Engine engine() {
        return engine;
    }

    /// What modules work with.
    public Database database() {
        return new Database(pool, engine.dialect());
    }

    public HikariDataSource pool() {
        return pool;
    }

    public String jdbcUrl() {
        return jdbcUrl;
    }

    public String user() {
        return user;
    }

    /// The password of [#user]: none.
    public String password() {
        return "";
    }

    /// A connection outside the pool, to look at the tables as an outsider.
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(SqlServer.patient(jdbcUrl), user, password());
    }

    /// The server it lives on.
    public SqlServer server() {
        if (server == null) {
            throw new IllegalStateException("the embedded database has no server");
        }
        return server;
    }

    /// Applies the migrations of `modules` as the program's `migrate` command does: one history table
    /// per module, `${bytes}` stands for the type of a body.
    public TestDatabase migrate(String... modules) {
        String bytes = engine == Engine.H2 ? "varbinary(65535)" : "blob";
        for (String module : modules) {
            Path folder = Checkout.root().resolve("db").resolve(module);
            String location = Files.isDirectory(folder) ? "filesystem:" + folder : "classpath:db-migration/" + module;
            Object unused = Flyway.configure()
                    .dataSource(pool)
                    .locations(location)
                    .table(module + "_migrations")
                    .placeholders(Map.of("bytes", bytes))
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .load()
                    .migrate();
        }
        return this;
    }

    /// Drops the database. Throws [AssertionError] when a connection was not given back to the pool.
    @Override
    public void close() {
        try {
            Await.until(
                    Duration.ofSeconds(5),
                    "all connections are back in the pool of " + this,
                    () -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
        } finally {
            pool.close();
        }
        drop();
    }

    private void drop() {
        if (server == null || !server.isAlive()) {
            return;
        }
        try (Connection connection = server.connect("");
                Statement statement = connection.createStatement()) {
            boolean unused = statement.execute("drop database " + name);
        } catch (SQLException fault) {
            throw Database.translate(fault);
        }
    }

    private static HikariDataSource openPool(String jdbcUrl, String user) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl);
        config.setUsername(user);
        config.setPassword("");
        config.setMaximumPoolSize(POOL_SIZE);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(5_000);
        // Without it a server that is slow to take the first connection is not tried again.
        config.setInitializationFailTimeout(OPENED_WITHIN.toMillis());
        config.setValidationTimeout(500);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        return new HikariDataSource(config);
    }

    @Override
    public String toString() {
        return engine.toString();
    }
}
