package parley.app.database;

import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import parley.app.exit.ExitCode;
import parley.app.exit.Failure;
import parley.kernel.Database;
import parley.kernel.Dialect;

/// The tables of all modules: are they those of this version, and how they become so. Each module has
/// its own history table, `<module>_migrations`.
public final class Schema {
    private static final System.Logger LOG = System.getLogger(Schema.class.getName());

    private final Database database;

    public Schema(Database database) {
        this.database = database;
    }

    /// What a start does: the embedded database is brought up to this version, any other only checked.
    public static void prepare(Database database, boolean isEmbedded) {
        Schema schema = new Schema(database);
        if (isEmbedded) {
            List<String> unused = schema.migrate();
        } else {
            schema.requireCurrent();
        }
    }

    /// What [#migrate] would do now, one line each; empty when the schema is current. A [Failure] with
    /// exit code 3 when it is newer than this version or was left half done.
    public List<String> pending() {
        return pendingMigrations().stream().map(Migration::toString).toList();
    }

    /// Brings the schema up to this version; answers the migrations that were applied.
    public List<String> migrate() {
        List<Migration> pending = pendingMigrations();
        Set<String> modules = new HashSet<>();
        pending.forEach(migration -> modules.add(migration.module()));
        for (String module : Migrations.MODULES) {
            if (modules.contains(module)) {
                migrate(module);
            }
        }
        pending.forEach(migration -> LOG.log(Level.INFO, "migrated: " + migration));
        return pending.stream().map(Migration::toString).toList();
    }

    /// A [Failure] unless the schema is exactly that of this version.
    public void requireCurrent() {
        List<String> pending = pending();
        if (!pending.isEmpty()) {
            throw new Failure("The schema of the database is older than this version (missing: "
                    + String.join(", ", pending) + "); run 'parley migrate' first.");
        }
    }

    private List<Migration> pendingMigrations() {
        Set<String> tables = database.read(Schema::historyTables);
        List<Migration> pending = new ArrayList<>();
        for (String module : Migrations.MODULES) {
            List<Migration> packaged = Migrations.of(module);
            Map<Integer, Applied> applied =
                    tables.contains(table(module)) ? database.read(c -> applied(c, table(module))) : Map.of();
            pending.addAll(compare(module, packaged, applied));
        }
        return pending;
    }

    /// One row of a history table.
    private record Applied(int checksum, boolean success) {}

    private static List<Migration> compare(String module, List<Migration> packaged, Map<Integer, Applied> applied) {
        Map<Integer, Applied> unknown = new TreeMap<>(applied);
        List<Migration> pending = new ArrayList<>();
        for (Migration migration : packaged) {
            Applied row = unknown.remove(migration.version());
            if (row == null) {
                pending.add(migration);
            } else if (!row.success()) {
                throw dirty(module, "migration V" + migration.version() + " failed half-way");
            } else if (row.checksum() != migration.checksum()) {
                throw dirty(module, "migration V" + migration.version() + " was applied with another content");
            }
        }
        if (!unknown.isEmpty()) {
            throw new Failure(
                    "The schema of " + module + " is newer than this version: it has V"
                            + String.join(
                                    ", V",
                                    unknown.keySet().stream()
                                            .map(String::valueOf)
                                            .toList())
                            + "; run a version that knows it.",
                    ExitCode.SCHEMA);
        }
        return pending;
    }

    private static Failure dirty(String module, String why) {
        return new Failure(
                "The schema of " + module + " is dirty: " + why + "; restore a backup or mend it, then correct "
                        + table(module) + ".",
                ExitCode.SCHEMA);
    }

    private static String table(String module) {
        return module + "_migrations";
    }

    private static Set<String> historyTables(Connection connection) throws SQLException {
        Set<String> tables = new HashSet<>();
        try (ResultSet rows = connection
                .getMetaData()
                .getTables(connection.getCatalog(), connection.getSchema(), "%\\_migrations", null)) {
            while (rows.next()) {
                tables.add(rows.getString("TABLE_NAME").toLowerCase(java.util.Locale.ROOT));
            }
        }
        return tables;
    }

    private static Map<Integer, Applied> applied(Connection connection, String table) throws SQLException {
        Map<Integer, Applied> applied = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select version, checksum, success from " + table
                        + " where type = 'SQL' order by installed_rank")) {
            while (rows.next()) {
                applied.put(Integer.parseInt(rows.getString(1)), new Applied(rows.getInt(2), rows.getBoolean(3)));
            }
        }
        return applied;
    }

    private void migrate(String module) {
        String bytes = database.dialect() == Dialect.H2 ? "varbinary(65535)" : "blob";
        try {
            Object unused = Flyway.configure()
                    .dataSource(database.dataSource())
                    .locations("classpath:" + Migrations.folder(module))
                    .table(table(module))
                    .placeholders(Map.of("bytes", bytes))
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .failOnMissingLocations(true)
                    .load()
                    .migrate();
        } catch (FlywayException fault) {
            throw new Failure("The schema of " + module + " could not be migrated; see the log.", fault);
        }
    }
}
