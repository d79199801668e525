package parley.app.doctor;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import parley.kernel.Database;
import parley.kernel.Dialect;

/// What a database says of itself that decides what a commit survives: `values` by the server's names in
/// lower case, variables and counters alike, without those that it does not know; `unseen` by what could
/// not be looked at, with the right that is missing or the server's word.
public record DatabaseFacts(Dialect dialect, String version, Map<String, String> values, Map<String, String> unseen) {

    /// How many replicas fetch the binlog now.
    static final String REPLICAS = "replicas_connected";

    private static final String VARIABLES = quoted(
            "innodb_flush_log_at_trx_commit",
            "innodb_doublewrite",
            "log_bin",
            "sync_binlog",
            "read_only",
            "rpl_semi_sync_master_enabled",
            "rpl_semi_sync_master_timeout",
            "rpl_semi_sync_master_wait_point",
            "rpl_semi_sync_master_wait_no_slave",
            "rpl_semi_sync_master_wait_for_slave_count",
            "rpl_semi_sync_source_enabled",
            "rpl_semi_sync_source_timeout",
            "rpl_semi_sync_source_wait_point",
            "rpl_semi_sync_source_wait_no_replica",
            "rpl_semi_sync_source_wait_for_replica_count",
            "group_replication_group_name",
            "group_replication_consistency",
            "wsrep_on");
    private static final String COUNTERS = quoted(
            "rpl_semi_sync_master_status",
            "rpl_semi_sync_master_clients",
            "rpl_semi_sync_source_status",
            "rpl_semi_sync_source_clients",
            "innodb_redo_log_enabled",
            "slaves_connected",
            "wsrep_cluster_size",
            "wsrep_cluster_status");
    private static final Set<Integer> ACCESS_DENIED = Set.of(1044, 1045, 1142, 1227);

    public DatabaseFacts {
        values = Map.copyOf(values);
        unseen = Map.copyOf(unseen);
    }

    /// Asks `database`, which is a server. Blocks; throws [parley.kernel.Unavailable] when it is away.
    public static DatabaseFacts read(Database database) {
        return database.read(connection -> read(connection, database.dialect()));
    }

    private static DatabaseFacts read(Connection connection, Dialect dialect) throws SQLException {
        Map<String, String> values = new TreeMap<>();
        Map<String, String> unseen = new TreeMap<>();
        collect(connection, "show global variables where variable_name in " + VARIABLES, values);
        collect(connection, "show global status where variable_name in " + COUNTERS, values);
        String counted = values.remove("slaves_connected");
        if (counted != null) {
            values.put(REPLICAS, counted);
        } else {
            countReplicas(connection, values, unseen);
        }
        if (!values.getOrDefault("group_replication_group_name", "").isEmpty()) {
            countMembers(connection, values, unseen);
        }
        DatabaseMetaData about = connection.getMetaData();
        String version = (dialect == Dialect.MARIADB ? "MariaDB " : "MySQL ") + about.getDatabaseProductVersion();
        return new DatabaseFacts(dialect, version, values, unseen);
    }

    private static void collect(Connection connection, String show, Map<String, String> values) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(show)) {
            while (rows.next()) {
                values.put(rows.getString(1).toLowerCase(Locale.ROOT), rows.getString(2));
            }
        }
    }

    private static void countReplicas(Connection connection, Map<String, String> values, Map<String, String> unseen) {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("show replicas")) {
            int count = 0;
            while (rows.next()) {
                count++;
            }
            values.put(REPLICAS, String.valueOf(count));
        } catch (SQLException refused) {
            unseen.put(REPLICAS, why(refused, "REPLICATION SLAVE"));
        }
    }

    private static void countMembers(Connection connection, Map<String, String> values, Map<String, String> unseen) {
        String members = "group_replication_members_online";
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select count(*) from performance_schema.replication_group_members"
                                + " where member_state = 'ONLINE'")) {
            if (row.next()) {
                values.put(members, row.getString(1));
            }
        } catch (SQLException refused) {
            unseen.put(members, why(refused, "SELECT on performance_schema"));
        }
    }

    private static String why(SQLException refused, String right) {
        return ACCESS_DENIED.contains(refused.getErrorCode())
                ? "the database's user lacks the right " + right
                : "the server answered error " + refused.getErrorCode();
    }

    private static String quoted(String... names) {
        return Stream.of(names).map(name -> "'" + name + "'").collect(Collectors.joining(", ", "(", ")"));
    }

    /// All of it, a line each, for people.
    public List<String> lines() {
        Map<String, String> told = new TreeMap<>(values);
        unseen.forEach((name, why) -> told.put(name, "not seen, " + why));
        List<String> lines = new ArrayList<>();
        lines.add("server: " + version);
        told.forEach((name, value) -> lines.add(name + ": " + value));
        return lines;
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    boolean isOn(String name) {
        return saysOn(values.getOrDefault(name, ""));
    }

    static boolean saysOn(String value) {
        return switch (value.toUpperCase(Locale.ROOT)) {
            case "1", "ON", "YES", "TRUE", "DETECT_AND_RECOVER" -> true;
            default -> false;
        };
    }

    /// A number that the server told; -1 when it told none.
    long number(String name) {
        String value = values.getOrDefault(name, "");
        return value.matches("\\d{1,18}") ? Long.parseLong(value) : value.matches("\\d+") ? Long.MAX_VALUE : -1;
    }
}
