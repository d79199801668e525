package parley.app.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import parley.app.config.Configuration;
import parley.app.config.TlsConfig;
import parley.app.exit.Failure;
import parley.testkit.TestCertificates;

/// Certificates and keys as common tools write them, and what may be wrong with them.
final class TlsPairIT {
    private static final TestCertificates AUTHORITY = TestCertificates.create();
    private final Instant now = Instant.now();

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> keysOfEveryUsualFormAreRead() {
        // S21: PKCS #8, PKCS #1 and SEC 1; RSA, EC and Ed25519.
        Map<String, String[]> commands = Map.of(
                "rsa8", new String[] {"genpkey", "-algorithm", "RSA"},
                "rsa1", new String[] {"genrsa", "-traditional", "2048"},
                "rsa1long", new String[] {"genrsa", "-traditional", "4096"},
                "ec8", new String[] {"genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"},
                "ec1", new String[] {"ecparam", "-genkey", "-noout", "-name", "prime256v1"},
                "ec1named", new String[] {"ecparam", "-genkey", "-name", "secp384r1"},
                "ed25519", new String[] {"genpkey", "-algorithm", "ED25519"});
        return commands.entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> {
                    TlsPair pair = TlsPair.read(files(AUTHORITY.issue(row.getKey(), row.getValue())), now);
                    assertEquals(2, pair.chain().size());
                    assertTrue(pair.expiry().isAfter(now));
                }));
    }

    @Test
    void aPairThatDoesNotFitIsNamed() throws IOException {
        // S21: a sentence with the key of the setting for each thing that may be wrong.
        TestCertificates.Pair good = AUTHORITY.issue("good");
        TestCertificates.Pair other = AUTHORITY.issue("other");
        Path garbage = Files.writeString(folder.resolve("garbage"), "hello");
        Path closed = Files.setPosixFilePermissions(garbage, PosixFilePermissions.fromString("rw-------"));
        refuses("http.tls.certificate: the file " + garbage, new TestCertificates.Pair(garbage, good.privateKey()));
        refuses("holds no private key", new TestCertificates.Pair(good.certificate(), closed));
        refuses("cannot be read", new TestCertificates.Pair(good.certificate(), folder.resolve("nothing")));
        refuses("cannot be read", new TestCertificates.Pair(folder.resolve("nothing"), good.privateKey()));
        refuses("does not belong to", new TestCertificates.Pair(good.certificate(), other.privateKey()));
        refuses(
                "is not of the certificate's kind",
                new TestCertificates.Pair(
                        good.certificate(),
                        AUTHORITY.issue("kind", "genpkey", "-algorithm", "RSA").privateKey()));
        refuses("expired at", AUTHORITY.issue("old", now.minus(Duration.ofDays(2)), now.minusSeconds(60)));
        refuses("only from", AUTHORITY.issue("new", now.plusSeconds(600), now.plus(Duration.ofDays(2))));
        Path open = Files.setPosixFilePermissions(other.privateKey(), PosixFilePermissions.fromString("rw-r-----"));
        refuses("must have mode 0600", new TestCertificates.Pair(other.certificate(), open));
    }

    @Test
    void oneFileWithoutTheOtherIsRefused() {
        // Half a setting is none.
        Failure failure = assertThrows(
                Failure.class, () -> Configuration.read(null, Map.of("admin.tls.certificate", "/x.pem"), name -> null));
        assertTrue(Objects.toString(failure.getMessage()).contains("admin.tls.private-key must be set together"));
    }

    private void refuses(String sentence, TestCertificates.Pair pair) {
        Failure failure = assertThrows(Failure.class, () -> TlsPair.read(files(pair), now));
        String message = Objects.toString(failure.getMessage());
        assertTrue(message.startsWith("http.tls.") && message.contains(sentence), message);
    }

    private static TlsConfig.Files files(TestCertificates.Pair pair) {
        return new TlsConfig.Files("http.tls", pair.certificate(), pair.privateKey());
    }
}
