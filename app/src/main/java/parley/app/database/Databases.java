package parley.app.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Locale;
import parley.app.config.DatabaseConfig;
import parley.app.exit.Failure;
import parley.kernel.Database;
import parley.kernel.Dialect;
import parley.kernel.Secret;

/// Opens the database that is configured: a pool of connections at READ COMMITTED, and what engine is
/// behind it.
public final class Databases {
    private static final int H2_IN_USE = 90020;

    /// Refuse what does not fit instead of cutting it, wait for locks shorter than for answers, and one
    /// time zone wherever the server is.
    private static final String SESSION = "set session sql_mode = concat(@@sql_mode, ',STRICT_ALL_TABLES'),"
            + " session innodb_lock_wait_timeout = 2, session time_zone = '+00:00'";

    /// Judges a new connection.
    public interface Guard {
        /// Throws when it must not serve; another one is opened after a short pause. Blocks.
        void check(Connection connection) throws SQLException;
    }

    private Databases() {}

    /// An open pool. Closing it closes the embedded database.
    public record Opened(Database database, HikariDataSource pool) implements AutoCloseable {
        /// From now on each new connection of the pool serves only once `guard` has let it pass.
        public void guard(Guard guard) {
            if (pool.getDataSource() instanceof SteadySource source) {
                source.guard(guard);
            }
        }

        @Override
        public void close() {
            pool.close();
        }
    }

    /// Opens it; a [Failure] says why when it cannot be reached. `folder` holds the embedded one.
    public static Opened open(DatabaseConfig config, Path folder) {
        HikariConfig hikari = new HikariConfig();
        hikari.setPoolName("parley");
        hikari.setMaximumPoolSize(config.poolSize());
        hikari.setMinimumIdle(Math.min(2, config.poolSize()));
        hikari.setConnectionTimeout(config.times().poolWait().toMillis());
        hikari.setValidationTimeout(Math.min(500, config.times().poolWait().toMillis()));
        hikari.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        hikari.setInitializationFailTimeout(1);
        if (config.isEmbedded()) {
            hikari.setJdbcUrl(embeddedUrl(folder));
            hikari.setUsername("sa");
            hikari.setPassword("");
        } else {
            hikari.setJdbcUrl(remoteUrl(config));
            hikari.setUsername(config.user());
            hikari.setPassword(config.password().map(Secret::reveal).orElse(""));
            hikari.setConnectionInitSql(SESSION);
        }
        SteadySource source = new SteadySource(hikari.getJdbcUrl(), hikari.getUsername(), hikari.getPassword());
        hikari.setDataSource(source);
        HikariDataSource pool = connect(hikari, config, folder);
        source.serve(pool);
        try {
            return new Opened(new Database(pool, dialect(pool, config)), pool);
        } catch (Failure | SQLException fault) {
            pool.close();
            throw fault instanceof Failure failure ? failure : unreachable(config, fault);
        }
    }

    private static HikariDataSource connect(HikariConfig hikari, DatabaseConfig config, Path folder) {
        try {
            return new HikariDataSource(hikari);
        } catch (HikariPool.PoolInitializationException fault) {
            if (isLocked(fault)) {
                throw new Failure("The data folder " + folder + " is in use by another process; stop that one or"
                        + " choose another folder.");
            }
            throw config.isEmbedded()
                    ? new Failure("The embedded database in " + folder + " cannot be opened.", fault)
                    : unreachable(config, fault);
        }
    }

    /// The embedded database: each commit is written at once (and made durable by the log, batch by
    /// batch), and it is closed by us, not by the end of the JVM.
    private static String embeddedUrl(Path folder) {
        try {
            makePrivate(folder);
        } catch (IOException fault) {
            throw new Failure("The data folder " + folder + " cannot be made.", fault);
        }
        return "jdbc:h2:file:" + folder.resolve("parley")
                + ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=2000";
    }

    /// A new folder is for its owner alone: it holds what people wrote, and the first admin key.
    private static void makePrivate(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            Path unused = Files.createDirectories(parent);
        }
        Path unused = folder.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? Files.createDirectory(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")))
                : Files.createDirectory(folder);
    }

    private static String remoteUrl(DatabaseConfig config) {
        String url = config.url();
        StringBuilder full = new StringBuilder(url);
        append(full, url, "connectTimeout", config.times().connectTime().toMillis());
        append(full, url, "socketTimeout", config.times().answerTime().toMillis());
        append(full, url, "tcpKeepAlive", true);
        return full.toString();
    }

    private static void append(StringBuilder full, String stated, String option, Object value) {
        if (!stated.toLowerCase(Locale.ROOT).contains(option.toLowerCase(Locale.ROOT) + "=")) {
            full.append(full.indexOf("?") < 0 ? '?' : '&')
                    .append(option)
                    .append('=')
                    .append(value);
        }
    }

    private static Dialect dialect(HikariDataSource pool, DatabaseConfig config) throws SQLException {
        if (config.isEmbedded()) {
            return Dialect.H2;
        }
        try (Connection connection = pool.getConnection()) {
            DatabaseMetaData about = connection.getMetaData();
            String product = about.getDatabaseProductName() + " " + about.getDatabaseProductVersion();
            return product.toLowerCase(Locale.ROOT).contains("mariadb") ? Dialect.MARIADB : Dialect.MYSQL;
        }
    }

    private static Failure unreachable(DatabaseConfig config, Throwable cause) {
        String why = rootMessage(cause);
        return new Failure(
                "The database at " + config.url().replaceAll("[?].*", "") + " cannot be used: " + why, cause);
    }

    /// The innermost message: for the operator's terminal only.
    private static String rootMessage(Throwable fault) {
        Throwable root = fault;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).replaceAll("\\s+", " ");
    }

    private static boolean isLocked(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getErrorCode() == H2_IN_USE) {
                return true;
            }
        }
        return false;
    }
}
