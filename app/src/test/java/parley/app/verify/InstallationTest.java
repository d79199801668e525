package parley.app.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.app.config.Configuration;

final class InstallationTest {
    @TempDir
    Path folder;

    private static Configuration configuration(Map<String, String> settings) {
        return Configuration.read(null, settings, name -> null);
    }

    @Test
    void addressesFollowTheConfiguration() throws IOException {
        // A node that serves TLS is not asked in plain text: the defaults of verify work there too.
        Configuration plain = configuration(Map.of());
        assertEquals("http://127.0.0.1:8080/", Installation.clientAddress(plain));
        assertEquals("http://127.0.0.1:8081/", Installation.adminAddress(plain));
        String file = Files.createFile(folder.resolve("a.pem")).toString();
        Configuration tls = configuration(Map.of(
                "http.tls.certificate", file,
                "http.tls.private-key", file,
                "admin.tls.certificate", file,
                "admin.tls.private-key", file));
        assertEquals("https://127.0.0.1:8080/", Installation.clientAddress(tls));
        assertEquals("https://127.0.0.1:8081/", Installation.adminAddress(tls));
    }

    @Test
    void aFileMaySayWhereClientsReachAPart() throws IOException {
        // --cluster is about processes of this machine; clients may reach them by https all the same.
        Path file = Files.writeString(folder.resolve("cluster.json"), """
                {"nginx":{"port":443,"url":"https://chat.example.org"},"nodes":[{"port":8080}]}""");
        assertEquals(
                List.of("https://chat.example.org/", "http://127.0.0.1:8080/"),
                Installation.read(file).addresses());
    }

    @Test
    void aRunSaysWhatWouldDoItAgain() {
        // A report holds the version and the exact command.
        String about = CommandWords.about(
                List.of("verify", "--fault-hook", "cable=it's off::true", "--seed=7"), List.of("http://a/"));
        assertTrue(about.startsWith("parley "), about);
        assertTrue(about.endsWith(": verify --fault-hook 'cable=it'\\''s off::true' --seed=7 (at http://a/)"), about);
    }
}
