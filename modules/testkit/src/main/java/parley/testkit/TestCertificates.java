package parley.testkit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A certificate authority of a test and what it signs, made by openssl: PEM files for 127.0.0.1 and
/// localhost.
public final class TestCertificates {
    private static final Duration MADE_WITHIN = Duration.ofSeconds(30);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Path folder = Checkout.temporaryFolder("certificates");

    /// Files of one certificate: with that of the authority behind it, and its private key, mode 0600.
    public record Pair(Path certificate, Path privateKey) {
        /// Puts this pair in the place of `other`, as renewals do: each file at once, one after the other.
        public void moveTo(Pair other) {
            try {
                Path unused = Files.move(certificate, other.certificate(), StandardCopyOption.REPLACE_EXISTING);
                unused = Files.move(privateKey, other.privateKey(), StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException fault) {
                throw new UncheckedIOException(fault);
            }
        }
    }

    private TestCertificates() {}

    /// Makes the authority.
    public static TestCertificates create() {
        TestCertificates made = new TestCertificates();
        made.openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "30",
                "-subj",
                "/CN=Authority of a test",
                "-keyout",
                "authority.key",
                "-out",
                "authority.pem");
        return made;
    }

    /// The authority's own certificate.
    public Path authority() {
        return folder.resolve("authority.pem");
    }

    /// A good one, of an EC key in PKCS #8, for 30 days.
    public Pair issue(String name) {
        return issue(name, Instant.now().minusSeconds(3_600), Instant.now().plus(Duration.ofDays(30)));
    }

    public Pair issue(String name, Instant from, Instant to) {
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", name + ".key");
        return sign(name, from, to);
    }

    /// Of a key that `openssl` makes by `command`, such as `genrsa -traditional`.
    public Pair issue(String name, String... command) {
        List<String> whole = new ArrayList<>(List.of(command));
        whole.addAll(1, List.of("-out", name + ".key"));
        openssl(whole.toArray(String[]::new));
        return sign(name, Instant.now().minusSeconds(3_600), Instant.now().plus(Duration.ofDays(30)));
    }

    private Pair sign(String name, Instant from, Instant to) {
        Path certificate = folder.resolve(name + ".pem");
        Path key = folder.resolve(name + ".key");
        try {
            write("names", "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
            write("index", "");
            write("ca.conf", """
                    [ca]
                    default_ca=all
                    [all]
                    database=index
                    new_certs_dir=.
                    rand_serial=yes
                    default_md=sha256
                    policy=any
                    [any]
                    commonName=supplied
                    """);
            openssl("req", "-new", "-key", key.toString(), "-subj", "/CN=" + name, "-out", name + ".csr");
            openssl(
                    "ca",
                    "-batch",
                    "-notext",
                    "-config",
                    "ca.conf",
                    "-cert",
                    "authority.pem",
                    "-keyfile",
                    "authority.key",
                    "-extfile",
                    "names",
                    "-startdate",
                    TIME.format(from),
                    "-enddate",
                    TIME.format(to),
                    "-in",
                    name + ".csr",
                    "-out",
                    certificate.toString());
            Path whole = Files.writeString(certificate, Files.readString(certificate) + Files.readString(authority()));
            Path closed = Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            return new Pair(whole, closed);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private void write(String name, String text) throws IOException {
        Path unused = Files.writeString(folder.resolve(name), text);
    }

    /// Trusts this authority and nobody else.
    public SSLContext trusting() {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException fault) {
            throw new IllegalStateException(fault);
        }
    }

    /// Writes a key store with the authority for programs that take one.
    public Path trustStore(Path file, String password) {
        try (OutputStream out = Files.newOutputStream(file)) {
            trusted().store(out, password.toCharArray());
            return file;
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        } catch (GeneralSecurityException fault) {
            throw new IllegalStateException(fault);
        }
    }

    private KeyStore trusted() throws GeneralSecurityException {
        try {
            Certificate authority = CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(authority())));
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("authority", authority);
            return trusted;
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// What `openssl s_client` says of a handshake with a port of 127.0.0.1, the input closed.
    public String handshake(int port, String... options) {
        List<String> command = new ArrayList<>(List.of(
                "s_client",
                "-connect",
                "127.0.0.1:" + port,
                "-CAfile",
                authority().toString()));
        command.addAll(List.of(options));
        return run(command).output();
    }

    private record Ended(int code, String output) {}

    private void openssl(String... arguments) {
        Ended ended = run(List.of(arguments));
        if (ended.code() != 0) {
            throw new IllegalStateException("openssl " + String.join(" ", arguments) + ": " + ended.output());
        }
    }

    private Ended run(List<String> arguments) {
        List<String> command =
                new ArrayList<>(List.of(Checkout.program("openssl").toString()));
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean unused = process.waitFor(MADE_WITHIN);
            return new Ended(process.exitValue(), output);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
