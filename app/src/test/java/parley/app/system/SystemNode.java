package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import parley.testkit.ChildJvm;
import parley.testkit.ChildProcess;
import parley.testkit.TestDatabase;

/// One node: the packaged jar, started on free ports. Restartable with the same data.
final class SystemNode implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final String READY = "parley ready ";
    private static final String ADMIN = "parley admin ";

    private final Path folder;
    private final Map<String, String> environment;
    private ChildProcess process;
    private String address = "";
    private String adminAddress = "";

    private SystemNode(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
        this.process = start();
    }

    /// With the embedded database below `folder`.
    static SystemNode embedded(Path folder) {
        return new SystemNode(folder, ports());
    }

    /// With the embedded database and more settings: `PARLEY_...` names.
    static SystemNode embedded(Path folder, Map<String, String> settings) {
        Map<String, String> environment = ports();
        environment.putAll(settings);
        return new SystemNode(folder, environment);
    }

    /// On a database server, whose tables are there already, with more settings.
    static SystemNode on(TestDatabase database, Path folder, Map<String, String> settings) {
        return on(database.jdbcUrl(), database.user(), database.password(), folder, settings);
    }

    /// The same on any address, such as one of a proxy.
    static SystemNode on(String url, String user, String password, Path folder, Map<String, String> settings) {
        Map<String, String> environment = ports();
        environment.put("PARLEY_DATABASE_URL", url);
        environment.put("PARLEY_DATABASE_USER", user);
        if (!password.isEmpty()) {
            environment.put("PARLEY_DATABASE_PASSWORD", password);
        }
        environment.putAll(settings);
        return new SystemNode(folder, environment);
    }

    private static Map<String, String> ports() {
        Map<String, String> environment = new HashMap<>();
        environment.put("PARLEY_HTTP_PORT", "0");
        environment.put("PARLEY_ADMIN_PORT", "0");
        return environment;
    }

    private ChildProcess start() {
        ChildProcess started = ChildJvm.jar(
                folder, environment, "serve", "--data", folder.resolve("data").toString());
        address = started.awaitLine(START_MAX, READY).substring(READY.length());
        adminAddress = started.awaitLine(START_MAX, ADMIN).substring(ADMIN.length());
        return started;
    }

    /// Starts it again with the same data, on other ports, after [ChildProcess#kill9] if it still runs.
    void restart() {
        process.kill9();
        process = start();
    }

    ChildProcess process() {
        return process;
    }

    /// `http://127.0.0.1:<port>/`, or `https://...`
    String address() {
        return address;
    }

    String adminAddress() {
        return adminAddress;
    }

    /// `127.0.0.1:<port>`
    String hostAndPort() {
        return address.replaceFirst("https?://", "").replace("/", "");
    }

    /// `ws://.../connection/websocket`
    String webSocketAddress() {
        return address.replaceFirst("http", "ws") + "connection/websocket";
    }

    /// What another command of the program printed with the settings of this node; it must end with 0.
    String command(String... arguments) {
        try {
            Path apart = Files.createDirectories(folder.resolve("command"));
            try (ChildProcess command = ChildJvm.jar(apart, environment, arguments)) {
                assertEquals(0, command.awaitExit(START_MAX), command::tail);
                return command.stdout().strip();
            }
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    Path folder() {
        return folder;
    }

    Rest rest() {
        return new Rest(address);
    }

    Rest admin() {
        return new Rest(adminAddress);
    }

    /// The key that the first start with an embedded database wrote.
    String adminKey() {
        try {
            return Files.readString(folder.resolve("data/admin-key")).strip();
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
