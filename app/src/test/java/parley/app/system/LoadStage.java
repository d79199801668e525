package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import parley.testkit.Await;
import parley.testkit.ChaosProxy;
import parley.testkit.ChildJvm;
import parley.testkit.ChildProcess;
import parley.testkit.TestDatabase;
import parley.testkit.TestServers;

/// One node on MariaDB, whose answers may be made slow, and people in groups of ten, for tests under load.
final class LoadStage implements AutoCloseable {
    private static final int GROUP = 10;
    private static final Duration COMMAND_MAX = Duration.ofSeconds(60);

    /// Somebody with a token and a conversation.
    record Person(String token, String conversation) {}

    private final TestDatabase database = TestDatabase.create(TestServers.mariaDb());
    private final ChaosProxy network = ChaosProxy.to(database.server().port());
    private final SystemNode node;
    private final List<Person> people;
    private final List<LoadLine> lines = new ArrayList<>();

    /// `people`: a multiple of ten. `databaseDelay`: each way between node and database.
    LoadStage(Path folder, int people, Duration databaseDelay, Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("PARLEY_DATABASE_URL", database.jdbcUrl());
        environment.put("PARLEY_DATABASE_USER", database.user());
        Path out = folder.resolve("people");
        run(folder, environment, "migrate");
        run(
                folder,
                environment,
                "bench",
                "prepare",
                "--accounts",
                Integer.toString(people),
                "--conversations",
                Integer.toString(people / GROUP),
                "--members",
                Integer.toString(GROUP),
                "--tokens-live",
                "1h",
                "--out",
                out.toString());
        this.people = read(out);
        String url = database.jdbcUrl();
        if (databaseDelay.isPositive()) {
            network.delay(databaseDelay);
            url = url.replace(":" + database.server().port(), ":" + network.port());
        }
        Map<String, String> more = new HashMap<>(settings);
        more.put("PARLEY_ADMIN_METRICS_OPEN", "true");
        this.node = SystemNode.on(url, database.user(), database.password(), folder, more);
    }

    SystemNode node() {
        return node;
    }

    List<Person> people() {
        return people;
    }

    /// Connects the people from `from` on, one connection each.
    List<OpenLoop.Speaker> connect(int from, int to) {
        List<OpenLoop.Speaker> speakers = new ArrayList<>();
        AtomicInteger connected = new AtomicInteger();
        for (Person person : people.subList(from, to)) {
            try {
                LoadLine line = LoadLine.open(node.address(), person.token(), code -> {
                    assertEquals(0, code);
                    connected.incrementAndGet();
                });
                lines.add(line);
                speakers.add(new OpenLoop.Speaker(line, person.conversation()));
            } catch (IOException refused) {
                throw new UncheckedIOException(refused);
            }
        }
        Await.until("all connected", () -> connected.get() == to - from);
        return speakers;
    }

    /// The value of a meter, all its tags together.
    double metric(String name) {
        return node.admin()
                .get("metrics", null)
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static void run(Path folder, Map<String, String> environment, String... arguments) {
        try (ChildProcess command = ChildJvm.jar(folder, environment, arguments)) {
            assertEquals(0, command.awaitExit(COMMAND_MAX), command::tail);
        }
    }

    private static List<Person> read(Path file) {
        try {
            return Files.readAllLines(file).stream().map(LoadStage::person).toList();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static Person person(String line) {
        try (JsonReader reader = Json.createReader(new StringReader(line))) {
            JsonObject person = reader.readObject();
            return new Person(
                    person.getString("token"),
                    person.getJsonArray("conversations").getString(0));
        }
    }

    @Override
    public void close() {
        lines.forEach(LoadLine::close);
        node.close();
        network.close();
        database.close();
    }
}
