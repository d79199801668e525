package parley.testkit;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import parley.kernel.Dialect;

/// A MariaDB server that flushes at each commit. `mariadbd` comes from PATH or from `.cache/servers`.
/// Works as root and as a normal user. Ready in a fraction of a second, after the very first time.
public final class MariaDb extends LocalServer implements SqlServer {
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
                "--tmpdir=" + folder(),
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
        MariaDbTemplate.copyTo(server.data(), server.base, prefix(program).resolve("share/mysql"));
        server.startOnFreePort();
        return server;
    }

    private Path data() {
        return folder().resolve("data");
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
                "--datadir=" + data(),
                "--innodb-log-file-size=128M",
                "--innodb-buffer-pool-size=128M",
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
}
