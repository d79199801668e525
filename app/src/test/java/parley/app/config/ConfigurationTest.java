package parley.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.accounts.wiring.AccountsConfig;
import parley.app.exit.Failure;
import parley.history.wiring.HistoryConfig;
import parley.messaging.wiring.MessagingConfig;
import parley.sessions.wiring.SessionsConfig;
import parley.testkit.Checkout;

final class ConfigurationTest {
    @TempDir
    Path folder;

    @Test
    void theShippedFileListsExactlyTheKnownKeysWithTheirDefaults() {
        // One application.yaml shows every key with its real default.
        ConfigFile file = ConfigFile.read(Checkout.root().resolve("config/application.yaml"), Keys.all());
        List<String> expected = new ArrayList<>();
        for (Key<?> key : Keys.all()) {
            expected.add(key.name() + "=" + key.text());
            if (key.form() == Key.Form.SECRET) {
                expected.add(key.fileName() + "=");
            }
        }
        List<String> shown = file.values().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
        assertEquals(
                expected.stream().sorted().toList(), shown.stream().sorted().toList());
    }

    @Test
    void everyDefaultIsValid() {
        // Without any source the program starts.
        Configuration configuration = read("", Map.of(), Map.of());
        assertEquals(8080, configuration.http().port());
        assertTrue(configuration.database().isEmbedded());
        assertEquals(AccountsConfig.defaults(), configuration.accounts(), "as the module's");
        assertEquals(MessagingConfig.defaults(), configuration.messaging(), "as the module's");
        assertEquals(SessionsConfig.Limits.DEFAULT, configuration.sessions().limits(), "as the module's");
        assertEquals(SessionsConfig.Presence.DEFAULT, configuration.sessions().presence(), "as the module's");
        assertEquals(HistoryConfig.defaults().reads(), configuration.history().reads(), "as the module's");
        assertEquals(HistoryConfig.defaults().hot(), configuration.history().hot(), "as the module's");
    }

    @Test
    void theCommandLineWinsOverTheEnvironmentAndThatOverTheFile() {
        // Command line, then environment, then file, then default.
        String file = "http:\n  port: 1001\n  host: 10.0.0.1\n  requests-max: 5\n";
        Configuration configuration = read(
                file, Map.of("http.port", "1003"), Map.of("PARLEY_HTTP_PORT", "1002", "PARLEY_HTTP_HOST", "10.0.0.2"));
        assertEquals(1003, configuration.http().port());
        assertEquals("10.0.0.2", configuration.http().host());
        assertEquals(5, configuration.http().limits().requestsMax());
    }

    @Test
    void listsComeFromYamlAndFromTheEnvironment() {
        // Lists in a variable are separated by commas.
        String file = "http:\n  allowed-origins: [ \"https://a.example\", \"https://b.example:8443\" ]\n";
        assertEquals(
                List.of("https://a.example", "https://b.example:8443"),
                read(file, Map.of(), Map.of()).http().allowedOrigins());
        assertEquals(
                List.of("127.0.0.1", "10.0.0.0/8"),
                read("", Map.of(), Map.of("PARLEY_HTTP_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8"))
                        .http()
                        .trustedProxies());
    }

    @Test
    void anUnknownKeyIsRefusedWithTheNearestKnownOne() {
        // Unknown keys are refused with the nearest known key named.
        Failure failure = fails("database:\n  pool-sise: 3\n", Map.of());
        assertTrue(failure.sentence().contains("'database.pool-sise'"), failure.sentence());
        assertTrue(failure.sentence().contains("'database.pool-size'"), failure.sentence());
    }

    @Test
    void aBadValueIsASentenceThatNamesKeyBoundAndValue() {
        // Bad values: a sentence naming the key, the bound and the value.
        for (String bad : List.of("http.port=70000", "http.port=eighty", "http.port=99999999999")) {
            String value = bad.substring(bad.indexOf('=') + 1);
            Failure failure = fails("", Map.of("PARLEY_HTTP_PORT", value));
            assertEquals(
                    "http.port must be a whole number from 0 to 65535, not '" + value + "' (from PARLEY_HTTP_PORT).",
                    failure.sentence());
        }
        assertTrue(fails("log:\n  level: loud\n", Map.of()).sentence().contains("error, warning, info, debug"));
        assertTrue(fails("node:\n  drain-time: 10\n", Map.of()).sentence().contains("from 0s to 10m"));
        assertTrue(fails("http:\n  allowed-origins: [ \"https://a/b\" ]\n", Map.of())
                .sentence()
                .contains("http.allowed-origins"));
        assertTrue(fails("database:\n  url: jdbc:postgresql://x/y\n", Map.of())
                .sentence()
                .contains("database.url"));
        assertTrue(fails("http:\n  trusted-proxies: [ nginx ]\n", Map.of())
                .sentence()
                .contains("http.trusted-proxies"));
        assertTrue(fails("redis:\n  url: redis://x:1\n", Map.of()).sentence().contains("cluster.secret"));
    }

    @Test
    void aFileThatIsNoYamlIsOneSentence() {
        // Start-up faults are one sentence.
        assertTrue(fails("a: [", Map.of()).sentence().contains("is not YAML"));
        assertThrows(Failure.class, () -> Configuration.read(folder.resolve("absent.yaml"), Map.of(), name -> null));
    }

    @Test
    void aSecretComesFromAPrivateFileAndIsNeverShown() throws IOException {
        // Each secret also as -file with mode 0600; check-config prints redacted.
        Path secret = Files.writeString(folder.resolve("password"), "s3cret-of-the-file\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Map<String, String> environment = Map.of("PARLEY_DATABASE_PASSWORD_FILE", secret.toString());
        Configuration configuration = read("", Map.of(), environment);
        assertEquals(
                "s3cret-of-the-file",
                configuration.database().password().orElseThrow().reveal());
        assertFalse(configuration.toString().contains("s3cret"), "not in the text of the record");

        Settings settings =
                Configuration.settings(null, Map.of(), Map.of("PARLEY_CLUSTER_SECRET", "s3cret-inline")::get);
        String shown = String.join("\n", Configuration.redacted(settings));
        assertFalse(shown.contains("s3cret"), shown);
        assertTrue(shown.contains("cluster.secret: ***  # PARLEY_CLUSTER_SECRET"), shown);

        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));
        assertTrue(fails("", environment).sentence().contains("mode 0600"));
    }

    @Test
    void aSecretInsideAReadableFileIsRefused() {
        // A configuration file that holds a secret must be private as well.
        Failure failure = fails("database:\n  password: s3cret\n", Map.of());
        assertTrue(failure.sentence().contains("mode 0600"), failure.sentence());
        assertFalse(failure.sentence().contains("s3cret"), failure.sentence());
    }

    @Test
    void aSecretAndItsFileTogetherAreRefused() {
        // No guessing which of two secrets is meant.
        Failure failure =
                fails("", Map.of("PARLEY_DATABASE_PASSWORD", "a", "PARLEY_DATABASE_PASSWORD_FILE", "/nowhere"));
        assertTrue(failure.sentence().contains("both set"), failure.sentence());
    }

    private Configuration read(String yaml, Map<String, String> overrides, Map<String, String> environment) {
        try {
            Path file = folder.resolve("application.yaml");
            Files.writeString(file, yaml.isEmpty() ? "log:\n  level: info\n" : yaml);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            return Configuration.read(file, overrides, environment::get);
        } catch (IOException fault) {
            throw new IllegalStateException(fault);
        }
    }

    private Failure fails(String yaml, Map<String, String> environment) {
        return assertThrows(Failure.class, () -> read(yaml, Map.of(), environment));
    }
}
