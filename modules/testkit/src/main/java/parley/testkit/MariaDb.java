package parley.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import parley.kernel.Dialect;

/// A MariaDB server that flushes at each commit. `mariadbd` comes from PATH or from `.cache/servers`.
/// Works as root and as a normal user. Ready in about a second, most of it filling the system tables.
public final class MariaDb extends LocalServer implements SqlServer {
    private static final List<String> SYSTEM_TABLES =
            List.of("mysql_system_tables.sql", "mysql_performance_tables.sql", "mysql_system_tables_data.sql");

    private final List<String> base;
    private final List<String> flags;

    private MariaDb(Path program, List<String> flags) {
        super("mariadb");
        Path prefix = prefix(program);
        this.base = new ArrayList<>(List.of(
                program.toString(),
                "--no-defaults",
                "--basedir=" + prefix,
                "--lc-messages-dir=" + prefix.resolve("share/mysql"),
                "--character-sets-dir=" + prefix.resolve("share/mysql/charsets"),
                "--plugin-dir=" + prefix.resolve("lib/mysql/plugin"),
                "--datadir=" + folder().resolve("data"),
                "--tmpdir=" + folder(),
                "--innodb-log-file-size=256M",
                "--innodb-buffer-pool-size=128M",
                "--character-set-server=utf8mb4",
                "--collation-server=utf8mb4_bin"));
        if (System.getProperty("user.name").equals("root")) {
            base.add("--user=root");
        }
        this.flags = List.copyOf(flags);
    }

    /// Starts a server with fresh data. `flags` are appended to the command line, so they win
    /// (`--log-bin`, `--innodb-lock-wait-timeout=1`).
    public static MariaDb start(String... flags) {
        Path program = Checkout.program("mariadbd");
        MariaDb server = new MariaDb(program, List.of(flags));
        server.fillSystemTables(prefix(program).resolve("share/mysql"));
        server.startOnFreePort();
        return server;
    }

    /// The folder whose `share/mysql` belongs to `program`; a fetched program is a script in
    /// `.cache/servers/bin` beside `.cache/servers/root`.
    private static Path prefix(Path program) {
        Path fetched = Checkout.cache().resolve("servers");
        return program.startsWith(fetched) ? fetched.resolve("root/usr") : Path.of("/usr");
    }

    @Override
    List<String> command(int port) {
        List<String> command = new ArrayList<>(base);
        command.addAll(List.of(
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--socket=m.sock",
                "--skip-name-resolve",
                "--skip-log-bin",
                "--innodb-flush-log-at-trx-commit=1",
                "--max-connections=200"));
        command.addAll(flags);
        return command;
    }

    @Override
    boolean answers(int port) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                "jdbc:mariadb://127.0.0.1:" + port + "/?connectTimeout=1000&socketTimeout=5000", "root", "")) {
            return connection.isValid(1);
        }
    }

    @Override
    public Dialect dialect() {
        return Dialect.MARIADB;
    }

    private void fillSystemTables(Path share) {
        try {
            Files.createDirectory(folder().resolve("data"));
            List<String> command = new ArrayList<>(base);
            command.addAll(List.of("--bootstrap", "--skip-log-bin", "--log-warnings=0"));
            Process bootstrap = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(folder().resolve("bootstrap").toFile())
                    .start();
            try (OutputStream sql = bootstrap.getOutputStream()) {
                sql.write("create database if not exists mysql;\nuse mysql;\n".getBytes(StandardCharsets.US_ASCII));
                for (String file : SYSTEM_TABLES) {
                    sql.write(Files.readAllBytes(share.resolve(file)));
                }
            }
            if (bootstrap.onExit().join().exitValue() != 0) {
                throw new IllegalStateException(
                        "mariadbd --bootstrap failed: " + Files.readString(folder().resolve("bootstrap")));
            }
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
