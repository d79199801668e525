package parley.testkit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import parley.kernel.Database;
import parley.kernel.Dialect;

/// A second database server that follows a primary by GTID and can take its place. Between the two is a
/// network that can be cut. Used by one thread.
public final class SqlReplica implements AutoCloseable {
    /// When a primary answers a commit.
    public enum Mode {
        /// At once; a replica has it a moment later.
        ASYNCHRONOUS,
        /// When a replica has it, however long that takes; nobody reads it before (AFTER_SYNC).
        SEMI_SYNCHRONOUS
    }

    private static final Duration CAUGHT_UP_WITHIN = Duration.ofSeconds(20);
    private static final String FOREVER_MILLIS = "4294967295";

    private final SqlServer primary;
    private final SqlServer replica;
    private final ChaosProxy network;
    private final Words words;

    private SqlReplica(SqlServer primary, SqlServer replica, Mode mode) {
        this.primary = primary;
        this.replica = replica;
        this.network = ChaosProxy.to(primary.port());
        this.words = Words.of(primary.dialect());
        run(replica, words.follow.formatted(network.port()));
        run(replica, words.start);
        // Before it acknowledges, a semi-synchronous primary waits with every commit.
        Await.until(
                CAUGHT_UP_WITHIN,
                "the replica follows",
                () -> status("io_running").equals("Yes"));
        if (mode == Mode.SEMI_SYNCHRONOUS) {
            Await.until(CAUGHT_UP_WITHIN, "the replica acknowledges", this::isAcknowledging);
        }
    }

    /// The statements and names of an engine. `%d` in `follow` is the primary's port.
    private enum Words {
        MARIADB(
                "change master to master_host = '127.0.0.1', master_port = %d, master_user = 'root',"
                        + " master_use_gtid = slave_pos, master_connect_retry = 1, master_heartbeat_period = 1",
                "slave", "master", "select @@gtid_binlog_pos", "select master_gtid_wait('%s', 20)"),
        MYSQL(
                "change replication source to source_host = '127.0.0.1', source_port = %d, source_user = 'root',"
                        + " source_auto_position = 1, source_connect_retry = 1, source_heartbeat_period = 1, get_source_public_key = 1",
                "replica", "source", "select @@global.gtid_executed", "select wait_for_executed_gtid_set('%s', 20)");

        private final String follow;
        private final String start;
        private final String stop;
        private final String status;
        private final String forget;
        private final String semiSync;
        private final String role;
        private final String position;
        private final String await;

        Words(String follow, String replica, String source, String position, String await) {
            this.follow = follow;
            this.start = "start " + replica;
            this.stop = "stop " + replica;
            this.status = "show " + replica + " status";
            this.forget = "reset " + replica + " all";
            this.semiSync = "rpl_semi_sync_" + source;
            this.role = replica;
            this.position = position;
            this.await = await;
        }

        static Words of(Dialect dialect) {
            return dialect == Dialect.MYSQL ? MYSQL : MARIADB;
        }
    }

    /// A server with a binlog that is synced at each commit; in mode [Mode#SEMI_SYNCHRONOUS] it waits
    /// with every commit until a replica is there. `flags` come last, so they win.
    public static SqlServer startPrimary(Engine engine, Mode mode, String... flags) {
        List<String> all = flags(engine, 1);
        if (mode == Mode.SEMI_SYNCHRONOUS) {
            String prefix = "--" + words(engine).semiSync.replace('_', '-');
            all.add(prefix + "-enabled=1");
            all.add(prefix + "-timeout=" + FOREVER_MILLIS);
            all.add(prefix + "-wait-point=AFTER_SYNC");
        }
        all.addAll(List.of(flags));
        return start(engine, all);
    }

    /// A fresh server that follows `primary` when this returns, which must be fresh as well.
    public static SqlReplica follow(SqlServer primary, Mode mode) {
        Engine engine = primary.dialect() == Dialect.MYSQL ? Engine.MYSQL80 : Engine.MARIADB;
        List<String> all = flags(engine, 2);
        if (mode == Mode.SEMI_SYNCHRONOUS) {
            all.add("--rpl-semi-sync-" + words(engine).role + "-enabled=1");
        }
        return new SqlReplica(primary, start(engine, all), mode);
    }

    private static Words words(Engine engine) {
        return Words.of(engine.dialect());
    }

    private static List<String> flags(Engine engine, int number) {
        List<String> flags = new ArrayList<>(List.of("--log-bin=log", "--sync-binlog=1", "--server-id=" + number));
        flags.addAll(
                engine == Engine.MARIADB
                        ? List.of("--log-slave-updates", "--gtid-strict-mode=1")
                        : List.of(
                                "--gtid-mode=ON",
                                "--enforce-gtid-consistency=ON",
                                "--plugin-load-add=semisync_source.so",
                                "--plugin-load-add=semisync_replica.so"));
        return flags;
    }

    private static SqlServer start(Engine engine, List<String> flags) {
        String[] all = flags.toArray(String[]::new);
        return engine == Engine.MARIADB ? MariaDb.start(all) : MySql80.start(all);
    }

    public SqlServer server() {
        return replica;
    }

    /// Cuts the network between the two: nothing that the primary commits from now on comes over.
    public void cut() {
        network.refuse(true);
        network.resetAll();
        Await.until("the replica has nobody to follow", () -> network.connections() == 0);
    }

    /// Ends a [#cut]: the replica fetches what it missed, within two seconds or so.
    public void join() {
        network.refuse(false);
    }

    /// Waits until the replica has everything that the primary has committed.
    public void awaitCaughtUp() {
        String reached = one(primary, words.position);
        String waited = one(replica, words.await.formatted(reached));
        if (!waited.equals("0")) {
            throw new AssertionError("the replica did not come to " + reached);
        }
    }

    /// Makes it a server that follows nobody, with all that it has fetched; the primary should be gone.
    public SqlServer promote() {
        run(replica, words.stop + " io_thread");
        Await.until(CAUGHT_UP_WITHIN, "what was fetched is applied", () -> {
            String state = status("sql_running_state");
            return state.contains("has read all relay log");
        });
        run(replica, words.stop);
        run(replica, words.forget);
        return replica;
    }

    /// A column of the replica's status, whose names the engines begin differently.
    private String status(String ending) throws SQLException {
        try (Connection connection = replica.connect("");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(words.status)) {
            if (row.next()) {
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    if (row.getMetaData()
                            .getColumnLabel(i)
                            .toLowerCase(Locale.ROOT)
                            .endsWith(ending)) {
                        return String.valueOf(row.getString(i));
                    }
                }
            }
            return "";
        }
    }

    private boolean isAcknowledging() throws SQLException {
        return one(primary, "show global status like '" + words.semiSync + "_clients'", 2)
                .equals("1");
    }

    private static String one(SqlServer server, String query) {
        try {
            return one(server, query, 1);
        } catch (SQLException fault) {
            throw Database.translate(fault);
        }
    }

    private static String one(SqlServer server, String query, int column) throws SQLException {
        try (Connection connection = server.connect("");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? String.valueOf(row.getString(column)) : "";
        }
    }

    private static void run(SqlServer server, String sql) {
        try (Connection connection = server.connect("");
                Statement statement = connection.createStatement()) {
            boolean unused = statement.execute(sql);
        } catch (SQLException fault) {
            throw Database.translate(fault);
        }
    }

    /// Ends the replica and the network; the primary stays.
    @Override
    public void close() {
        network.close();
        replica.close();
    }
}
