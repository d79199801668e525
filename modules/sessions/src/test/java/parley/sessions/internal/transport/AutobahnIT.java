package parley.sessions.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Checkout;
import parley.testkit.ChildJvm;
import parley.testkit.ChildProcess;

/// The Autobahn test suite against the server of `ops/echo`. The suite and the Python that runs it come
/// from the build (`target/autobahn`).
final class AutobahnIT {

    private static final int CASES = 247;
    private static final Duration SUITE_MAX = Duration.ofMinutes(5);
    private static final Set<String> GOOD = Set.of("OK", "INFORMATIONAL");
    private static final Path MODULE = Checkout.root().resolve("modules/sessions");

    private enum Jar {
        SUITE("autobahntestsuite-maven-plugin.jar", "b57f5ec225b8b88fff484d694f28febd0baac1bd597e99a0c181b76260af935f"),
        PYTHON("jython-standalone.jar", "1fba1769effcc8b19f5e10436bc8274a158ce988559f257927c24c73bb137f3c");

        private final Path path;
        private final String sha256;

        Jar(String file, String sha256) {
            this.path = MODULE.resolve("target/autobahn").resolve(file);
            this.sha256 = sha256;
        }
    }

    // T2, T11 to T31: 247 cases of another project, none failed, none only just within the standard.
    @Test
    void everyCaseOfAutobahnIsGood(@TempDir Path folder) throws IOException, NoSuchAlgorithmException {
        for (Jar jar : Jar.values()) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            assertEquals(
                    jar.sha256,
                    HexFormat.of().formatHex(digest.digest(Files.readAllBytes(jar.path))),
                    jar.path::toString);
        }
        Path reports = Files.createDirectory(folder.resolve("reports"));
        try (ChildProcess echo =
                ChildJvm.main(Files.createDirectory(folder.resolve("echo")), Map.of(), EchoServer.class, "0")) {
            String ready = echo.awaitLine(Duration.ofSeconds(30), EchoServer.READY);
            run(Files.createDirectory(folder.resolve("suite")), ready.substring(EchoServer.READY.length()), reports);
        }
        Map<String, String> results = results(reports.resolve("index.json"));
        List<String> bad = new ArrayList<>();
        results.forEach((name, behaviour) -> {
            if (!GOOD.contains(behaviour)) {
                bad.add(name + " " + behaviour);
            }
        });
        assertEquals(List.of(), bad);
        assertEquals(CASES, results.size() / 2, "cases that ran");
    }

    private static void run(Path folder, String address, Path reports) {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-jar",
                Jar.PYTHON.path.toString(),
                MODULE.resolve("src/test/autobahn/run.py").toString(),
                Jar.SUITE.path.toString(),
                address,
                reports.toString(),
                "*");
        // It waits for ever for a server that refuses it, so it has a time limit.
        try (ChildProcess suite = ChildProcess.start(folder, command, Map.of())) {
            assertEquals(0, suite.awaitExit(SUITE_MAX), suite::tail);
        }
    }

    /// Two results for each case: of the case itself, and of how the connection was closed after it.
    private static Map<String, String> results(Path index) throws IOException {
        Map<String, String> results = new TreeMap<>();
        try (JsonParser json = new JsonFactory().createParser(index.toFile())) {
            String name = "";
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.START_OBJECT && json.currentName() != null) {
                    name = json.currentName();
                } else if (token == JsonToken.VALUE_STRING && json.currentName().startsWith("behavior")) {
                    results.put(name + " " + json.currentName(), json.getText());
                }
            }
        }
        return results;
    }
}
