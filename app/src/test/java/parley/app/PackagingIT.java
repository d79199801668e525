package parley.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import parley.testkit.Await;
import parley.testkit.Checkout;
import parley.testkit.ChildProcess;

/// The program as it is shipped, in processes of its own.
final class PackagingIT {
    private static final Pattern CLASSIFIER = Pattern.compile("[?&]classifier=([^&]+)");
    private static final Path TARGET = Checkout.root().resolve("app/target");
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final Duration START_MAX = Duration.ofSeconds(60);

    @Test
    void theOneJarServesAndEndsWithZero() throws Exception {
        // serve prints exactly the two lines on standard output; SIGTERM drains and exits 0.
        boots(List.of("-jar", TARGET.resolve("parley.jar").toString()));
    }

    @Test
    void theThinJarsServeOnTheModulePath() throws Exception {
        // JPMS is a compile-time wall; the thin jars also boot on the module path.
        List<String> jars = new ArrayList<>();
        jars.add(TARGET.resolve("parley-app.jar").toString());
        jars.addAll(Arrays.asList(
                Files.readString(TARGET.resolve("jars.txt")).strip().split(java.io.File.pathSeparator, -1)));
        boots(List.of(
                "-p",
                String.join(java.io.File.pathSeparator, jars),
                "--add-modules",
                "ALL-MODULE-PATH",
                "-m",
                "parley.app/parley.app.Main"));
    }

    @Test
    void ctrlCEndsItWithZeroToo() throws Exception {
        // SIGINT the same. Shells make what they start in the background ignore it, this test too.
        Path folder = Checkout.temporaryFolder("interrupted");
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(command(List.of("-jar", TARGET.resolve("parley.jar").toString()), folder.resolve("data")));
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve("stderr").toFile())
                .start();
        try (BufferedReader lines = process.inputReader()) {
            assertTrue(String.valueOf(lines.readLine()).startsWith("parley ready "));
            assertTrue(String.valueOf(lines.readLine()).startsWith("parley admin "));
            assertEquals(
                    0,
                    new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                            .start()
                            .waitFor());
            assertTrue(process.waitFor(START_MAX.toSeconds(), TimeUnit.SECONDS));
            assertEquals(0, process.exitValue());
        } finally {
            Process unused = process.destroyForcibly();
        }
    }

    @Test
    void aSecondProcessOnTheSameFolderIsRefusedInOneSentence() throws Exception {
        // The embedded database is locked: a clear sentence, exit 1.
        Path folder = Checkout.temporaryFolder("twice");
        List<String> jar = List.of("-jar", TARGET.resolve("parley.jar").toString());
        try (ChildProcess first = start(folder, jar)) {
            String unused = first.awaitLine(START_MAX, "parley admin ");
            Path elsewhere = Checkout.temporaryFolder("second");
            try (ChildProcess second = ChildProcess.start(elsewhere, command(jar, folder.resolve("data")), Map.of())) {
                assertEquals(1, second.awaitExit(START_MAX));
                assertEquals("", second.stdout());
                String sentence = second.stderr().lines().reduce((a, b) -> b).orElse("");
                assertTrue(sentence.startsWith("parley: The data folder "), second.stderr());
                assertTrue(sentence.contains("is in use by another process"), sentence);
            }
        }
    }

    @Test
    void theJarHasMergedServicesAndNoSignatures() throws IOException {
        // Services merged; module-info and signature files dropped; several releases in one jar.
        try (JarFile jar = new JarFile(TARGET.resolve("parley.jar").toFile())) {
            assertEquals("true", jar.getManifest().getMainAttributes().getValue("Multi-Release"));
            String drivers = text(jar, "META-INF/services/java.sql.Driver");
            assertTrue(drivers.contains("org.h2.Driver") && drivers.contains("org.mariadb.jdbc.Driver"), drivers);
            String helidon = text(jar, "META-INF/helidon/manifest");
            assertTrue(helidon.contains("io.helidon.webserver") && helidon.contains("io.helidon.config"), helidon);
            assertFalse(jar.stream()
                    .map(ZipEntry::getName)
                    .anyMatch(name ->
                            name.endsWith("module-info.class") || name.matches("META-INF/[^/]*\\.(SF|RSA|DSA)")));
        }
    }

    /// `-linux-x86_64` for a library that comes built for machines of one kind, else nothing.
    private static String classifier(JsonObject component) {
        Matcher named = CLASSIFIER.matcher(component.getString("purl"));
        return named.find() ? "-" + named.group(1) : "";
    }

    @Test
    void theSbomNamesEveryJarOfTheProgram() throws IOException {
        // S28: who looks for known weaknesses finds all that is inside, and nothing that is only in tests.
        JsonObject sbom;
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(TARGET.resolve("sbom.json")))) {
            sbom = reader.readObject();
        }
        Set<String> named = sbom.getJsonArray("components").getValuesAs(JsonObject.class).stream()
                .map(one -> one.getString("name") + "-" + one.getString("version") + classifier(one) + ".jar")
                .collect(Collectors.toSet());
        String jars = Files.readString(TARGET.resolve("jars.txt")).strip();
        for (String jar : jars.split(java.io.File.pathSeparator, -1)) {
            String name = String.valueOf(Path.of(jar).getFileName());
            assertTrue(named.contains(name) || jar.contains("/target/"), name);
        }
        assertTrue(named.stream().noneMatch(name -> name.contains("junit") || name.contains("testkit")));
        assertTrue(named.size() > 50, named::toString);
    }

    private static void boots(List<String> how) throws Exception {
        Path folder = Checkout.temporaryFolder("boot");
        try (ChildProcess process = start(folder, how);
                HttpClient http = HttpClient.newHttpClient()) {
            String line = process.awaitLine(START_MAX, "parley ready ");
            String unused = process.awaitLine(START_MAX, "parley admin ");
            String address = line.substring("parley ready ".length());
            HttpRequest ready =
                    HttpRequest.newBuilder(URI.create(address + "health/ready")).build();
            Await.until(
                    "the node is up",
                    () -> http.send(ready, HttpResponse.BodyHandlers.ofString())
                            .body()
                            .equals("{\"status\":\"up\"}"));
            HttpResponse<String> missing = http.send(
                    HttpRequest.newBuilder(URI.create(address + "api/v1/accounts"))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"handle\":1}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(400, missing.statusCode(), "bodies are bound and checked");
            assertEquals("rw-------", rights(folder.resolve("data/admin-key")));
            process.terminate();
            assertEquals(0, process.awaitExit(START_MAX), process.tail());
            assertEquals(2, process.stdout().lines().count(), process.stdout());
            assertTrue(
                    process.stderr().contains(folder.resolve("data/admin-key").toString()));
        }
    }

    private static ChildProcess start(Path folder, List<String> how) {
        return ChildProcess.start(folder, command(how, folder.resolve("data")), Map.of());
    }

    private static List<String> command(List<String> how, Path data) {
        List<String> command = new ArrayList<>(List.of(JAVA.toString(), "-Xmx256m", "-XX:+UseSerialGC"));
        command.addAll(how);
        command.addAll(List.of("serve", "--data", data.toString(), "--port", "0", "--admin-port", "0"));
        return command;
    }

    private static String rights(Path file) throws IOException {
        return java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static String text(JarFile jar, String name) throws IOException {
        return new String(
                jar.getInputStream(jar.getEntry(name)).readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
