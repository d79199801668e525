package parley.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import parley.kernel.Dialect;

/// A MySQL 8.0 server that flushes at each commit, from the distribution that Maven keeps. Ready in
/// about four seconds. Needs the libraries libaio1 and libnuma1.
public final class MySql80 extends LocalServer implements SqlServer {
    private final List<String> base;
    private final List<String> flags;

    private MySql80(Path home, List<String> flags) {
        super("mysql80");
        this.base = new ArrayList<>();
        Checkout.findProgram("with-libraries").ifPresent(starter -> base.add(starter.toString()));
        base.addAll(List.of(
                home.resolve("bin/mysqld").toString(),
                "--no-defaults",
                "--basedir=" + home,
                "--datadir=" + folder().resolve("data"),
                "--tmpdir=" + folder(),
                "--innodb-redo-log-capacity=268435456",
                "--innodb-buffer-pool-size=128M",
                "--performance-schema=OFF",
                "--character-set-server=utf8mb4",
                "--collation-server=utf8mb4_bin"));
        if (System.getProperty("user.name").equals("root")) {
            base.add("--user=root");
        }
        this.flags = List.copyOf(flags);
    }

    /// Starts a server with fresh data; `flags` are appended to the command line, so they win.
    public static MySql80 start(String... flags) {
        MySql80 server = new MySql80(MySqlDistribution.home(), List.of(flags));
        server.initialise();
        server.startOnFreePort();
        return server;
    }

    @Override
    List<String> command(int port) {
        List<String> command = new ArrayList<>(base);
        command.addAll(List.of(
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--socket=" + folder().resolve("m.sock"),
                "--mysqlx=OFF",
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
        return Dialect.MYSQL;
    }

    private void initialise() {
        List<String> command = new ArrayList<>(base);
        command.addAll(List.of("--initialize-insecure", "--skip-log-bin"));
        Path log = folder().resolve("initialise");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (process.onExit().join().exitValue() != 0) {
                throw new IllegalStateException("mysqld --initialize-insecure failed (libaio1 and libnuma1 present?): "
                        + Files.readString(log));
            }
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
