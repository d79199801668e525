package parley.history.internal.store;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import parley.kernel.Database;
import parley.kernel.Dialect;
import parley.kernel.Health;
import parley.kernel.Probe;

/// Whether the database is set up to keep what it has committed through a power cut, as found at start.
/// Immutable.
public final class Durability implements Probe {
    private static final Logger LOG = System.getLogger(Durability.class.getName());
    private static final long GIGABYTE = 1L << 30;

    private final Health health;

    private Durability(Health health) {
        this.health = health;
    }

    /// Reads the settings of `database`; also logs what makes it slow rather than unsafe.
    public static Durability of(Database database, boolean allowWeak) {
        Map<String, String> settings = database.read(connection -> settings(connection, database.dialect()));
        advice(database.dialect(), settings).forEach(line -> LOG.log(Level.WARNING, line));
        return new Durability(judge(weaknesses(database.dialect(), settings), allowWeak));
    }

    static Health judge(List<String> weaknesses, boolean allowWeak) {
        if (weaknesses.isEmpty()) {
            return Health.up();
        }
        String sentence =
                "the database may lose acknowledged messages in a power cut: " + String.join("; ", weaknesses);
        return allowWeak
                ? Health.degraded(sentence + " (allowed by database.allow-weak-durability)")
                : Health.down(sentence + "; mend it or set database.allow-weak-durability");
    }

    static List<String> weaknesses(Dialect dialect, Map<String, String> settings) {
        List<String> found = new ArrayList<>();
        if (dialect == Dialect.H2) {
            demand(found, settings, "write_delay", "0");
            return found;
        }
        demand(found, settings, "innodb_flush_log_at_trx_commit", "1");
        if (isOn(settings.getOrDefault("log_bin", "0"))) {
            demand(found, settings, "sync_binlog", "1");
        }
        String doublewrite = settings.getOrDefault("innodb_doublewrite", "1");
        if (!isOn(doublewrite)) {
            found.add("innodb_doublewrite is " + doublewrite + ", must be on");
        }
        return found;
    }

    private static void demand(List<String> found, Map<String, String> settings, String name, String value) {
        String actual = settings.getOrDefault(name, "unknown");
        if (!value.equals(actual)) {
            found.add("%s is %s, must be %s".formatted(name, actual, value));
        }
    }

    private static boolean isOn(String value) {
        return switch (value.toUpperCase(Locale.ROOT)) {
            case "1", "ON", "TRUE", "DETECT_AND_RECOVER" -> true;
            default -> false;
        };
    }

    /// What costs speed: a small redo log or buffer pool makes the log fall to 0.4 of its rate.
    static List<String> advice(Dialect dialect, Map<String, String> settings) {
        List<String> lines = new ArrayList<>();
        if (dialect != Dialect.H2) {
            long redo = Math.max(
                    number(settings, "innodb_redo_log_capacity"),
                    number(settings, "innodb_log_file_size")
                            * Math.max(1, number(settings, "innodb_log_files_in_group")));
            long pool = number(settings, "innodb_buffer_pool_size");
            if (redo < GIGABYTE) {
                lines.add("the database's redo log has %d MiB; with less than 1024 sending slows down under load"
                        .formatted(redo >> 20));
            }
            if (pool < 2 * GIGABYTE) {
                lines.add("innodb_buffer_pool_size is %d MiB; with less than 2048 sending slows down under load"
                        .formatted(pool >> 20));
            }
        }
        return lines;
    }

    private static long number(Map<String, String> settings, String name) {
        String value = settings.getOrDefault(name, "0");
        return value.matches("\\d{1,18}") ? Long.parseLong(value) : 0;
    }

    private static Map<String, String> settings(Connection connection, Dialect dialect) throws SQLException {
        String select = dialect == Dialect.H2
                ? "select setting_name, setting_value from information_schema.settings"
                        + " where setting_name = 'WRITE_DELAY'"
                : "show global variables where variable_name in ('innodb_flush_log_at_trx_commit', 'sync_binlog',"
                        + " 'log_bin', 'innodb_doublewrite', 'innodb_redo_log_capacity', 'innodb_log_file_size',"
                        + " 'innodb_log_files_in_group', 'innodb_buffer_pool_size')";
        Map<String, String> settings = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(select);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                settings.put(rows.getString(1).toLowerCase(Locale.ROOT), rows.getString(2));
            }
        }
        return settings;
    }

    @Override
    public String name() {
        return "durability";
    }

    @Override
    public Health check() {
        return health;
    }
}
