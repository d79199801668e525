package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;
import parley.testkit.ChildJvm;
import parley.testkit.ChildProcess;
import parley.testkit.Nginx;
import parley.testkit.TestCertificates;

/// S21: TLS in the process, on both listeners, and by `ops/nginx/tls.conf` before it.
class ListenerTlsIT {
    private static final TestCertificates AUTHORITY = TestCertificates.create();

    @TempDir
    static Path folder;

    private static TestCertificates.Pair pair;
    private static SystemNode node;
    private static SSLContext before;
    private static Rest.Person person;

    @BeforeAll
    static void start() throws NoSuchAlgorithmException {
        before = SSLContext.getDefault();
        SSLContext.setDefault(AUTHORITY.trusting());
        pair = AUTHORITY.issue("first");
        node = SystemNode.embedded(
                folder,
                Map.of(
                        "PARLEY_HTTP_TLS_CERTIFICATE", pair.certificate().toString(),
                        "PARLEY_HTTP_TLS_PRIVATE_KEY", pair.privateKey().toString(),
                        "PARLEY_HTTP_TLS_RELOAD_INTERVAL", "250ms",
                        "PARLEY_ADMIN_TLS_CERTIFICATE", pair.certificate().toString(),
                        "PARLEY_ADMIN_TLS_PRIVATE_KEY", pair.privateKey().toString()));
        person = node.rest().newPerson("alice");
    }

    @AfterAll
    static void stop() {
        SSLContext.setDefault(before);
        node.close();
    }

    @Test
    void onlyTls12And13AreSpokenOnBothListeners() {
        // S21: 1.2 and 1.3 with good ciphers; 1.0 and 1.1, CBC and no forward secrecy are refused; no plain HTTP.
        assertTrue(node.address().startsWith("https://127.0.0.1:"), node.address());
        assertTrue(node.adminAddress().startsWith("https://127.0.0.1:"), node.adminAddress());
        for (String address : List.of(node.address(), node.adminAddress())) {
            assertVersions(port(address));
            try (RawHttp plain = new RawHttp(address)) {
                String answer = plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").all();
                assertFalse(answer.contains("HTTP/1."), answer);
            }
        }
    }

    private static void assertVersions(int port) {
        for (String old : List.of("-tls1", "-tls1_1")) {
            String refused = AUTHORITY.handshake(port, old, "-cipher", "ALL:@SECLEVEL=0");
            assertTrue(refused.contains("Cipher is (NONE)") && refused.contains("alert"), refused);
        }
        for (String version : List.of("-tls1_2", "-tls1_3")) {
            String taken = AUTHORITY.handshake(port, version, "-verify_ip", "127.0.0.1");
            assertTrue(taken.contains("Verify return code: 0 (ok)"), taken);
            assertFalse(taken.contains("Cipher is (NONE)"), taken);
        }
        String weak =
                AUTHORITY.handshake(port, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256:AES128-SHA@SECLEVEL=0");
        assertTrue(weak.contains("Cipher is (NONE)"), weak);
    }

    @Test
    void answersOverTlsTellBrowsersToStay() {
        // S21: Strict-Transport-Security on every public answer over TLS, the cookie is Secure, and a page that came
        // without TLS is a foreign one.
        for (String path : List.of("", "health/ready", "api/v1/accounts/me", "nothing", ".well-known/jwks.json")) {
            Reply reply = node.rest().get(path, null);
            assertEquals(
                    "max-age=31536000",
                    reply.headers().firstValue("Strict-Transport-Security").orElse(""),
                    path);
        }
        Reply signedIn = node.rest()
                .call(
                        "POST",
                        "api/v1/tokens",
                        null,
                        "{\"handle\":\"" + person.handle() + "\",\"password\":\"" + person.password()
                                + "\",\"device\":\"page\",\"cookie\":true}");
        assertEquals(201, signedIn.status(), signedIn::text);
        String cookie = signedIn.headers().firstValue("Set-Cookie").orElse("");
        assertTrue(cookie.contains("; Secure") && cookie.contains("; HttpOnly"), cookie);
        String own = node.address().substring(0, node.address().length() - 1);
        assertEquals(403, refreshed(cookie, own.replace("https", "http")));
        assertEquals(200, refreshed(cookie, own));
    }

    private static int refreshed(String cookie, String origin) {
        return node.rest()
                .send(HttpRequest.newBuilder(URI.create(node.address() + "api/v1/tokens/refresh"))
                        .header("Cookie", cookie.substring(0, cookie.indexOf(';')))
                        .header("Origin", origin)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .build())
                .status();
    }

    @Test
    void theSdksTalkOverWss() throws IOException {
        // The npm and the Java SDK, unchanged, trusting the test's authority.
        NodeProgram.Ended walk = NodeProgram.run(
                NodeProgram.folder(),
                Map.of("NODE_EXTRA_CA_CERTS", AUTHORITY.authority().toString()),
                60,
                "node",
                NodeProgram.place("secure.mjs").getFileName().toString(),
                node.address());
        assertEquals("ok\n", walk.output());
        Path trust = AUTHORITY.trustStore(folder.resolve("trust.p12"), "changeit");
        String known = System.setProperty("javax.net.ssl.trustStore", trust.toString());
        String password = System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
        assertEquals(null, known);
        assertEquals(null, password);
        try (SdkPerson alice = SdkPerson.connected(node.webSocketAddress(), person.accessToken())) {
            String conversation = alice.call(
                            "conversation.create", "{\"id\":\"j\",\"kind\":\"group\",\"title\":\"T\",\"members\":[]}")
                    .getString("conversation");
            alice.call(
                    "message.send",
                    "{\"conversation\":\"" + conversation + "\",\"id\":\"1\",\"body\":{\"text\":\"inside\"}}");
            Await.until("the message", () -> alice.seqs("c:" + conversation).contains(3L));
        } finally {
            System.clearProperty("javax.net.ssl.trustStore");
            System.clearProperty("javax.net.ssl.trustStorePassword");
        }
    }

    @Test
    void aNewPairIsTakenAndABrokenOneIsNot() throws IOException {
        // Changed files: new connections get the new certificate, those that exist go on; a broken pair changes
        // nothing but health and a metric, and is mended without a restart.
        String admin = node.adminKey();
        try (RawClient client = RawClient.open(node.webSocketAddress())) {
            assertTrue(client.connect(person.accessToken()).containsKey("data"));
            assertTrue(served().contains("CN = first"), served());
            AUTHORITY.issue("second").moveTo(pair);
            Await.until("the second certificate", () -> served().contains("CN = second"));
            assertTrue(client.call("sync", "{}").containsKey("cursor"));

            Path unused = Files.writeString(pair.certificate(), "broken");
            // Either listener looks for itself.
            Await.until(
                    "health says so",
                    () -> health().contains("cannot be used")
                            && node.admin()
                                    .get("metrics", admin)
                                    .text()
                                    .contains("parley_tls_reloads_total{listener=\"http\",result=\"refused\"} 1"));
            assertTrue(served().contains("CN = second"), served());
            String metrics = node.admin().get("metrics", admin).text();
            assertTrue(metrics.contains("parley_tls_files_broken{listener=\"http\"} 1"), metrics);
            assertTrue(metrics.contains("parley_tls_certificate_expiry_seconds{listener=\"admin\"}"), metrics);
            Await.until(
                    "the node serves",
                    () -> node.rest().get("health/ready", null).status() == 200);

            Instant soon = Instant.now().plus(Duration.ofDays(3));
            AUTHORITY.issue("third", Instant.now().minusSeconds(60), soon).moveTo(pair);
            Await.until("the third certificate", () -> served().contains("CN = third"));
            Await.until("health warns of its end", () -> health().contains("the certificate in use ends at"));
            assertTrue(client.call("sync", "{}").containsKey("cursor"));
            AUTHORITY.issue("fourth").moveTo(pair);
            Await.until("all is well", () -> !health().contains("certificate"));
        }
    }

    /// What a new connection is shown.
    private static String served() {
        return AUTHORITY.handshake(port(node.address()));
    }

    private static String health() {
        return node.admin().get("health/ready", null).text();
    }

    @Test
    void checkConfigReadsThePair() {
        // check-config says what is wrong with a pair before a start does.
        TestCertificates.Pair good = AUTHORITY.issue("checked");
        TestCertificates.Pair other = AUTHORITY.issue("unrelated");
        assertEquals("", checked(good));
        String mismatch = checked(new TestCertificates.Pair(good.certificate(), other.privateKey()));
        assertTrue(mismatch.contains("does not belong to the certificate"), mismatch);
    }

    /// What `check-config` writes to standard error.
    private static String checked(TestCertificates.Pair files) {
        Map<String, String> environment = Map.of(
                "PARLEY_HTTP_TLS_CERTIFICATE", files.certificate().toString(),
                "PARLEY_HTTP_TLS_PRIVATE_KEY", files.privateKey().toString());
        try (ChildProcess command = ChildJvm.jar(folder, environment, "check-config")) {
            int code = command.awaitExit(Duration.ofSeconds(30));
            String said = command.stderr();
            assertEquals(said.isEmpty() ? 0 : 1, code, said);
            return said;
        }
    }

    @Test
    void nginxSpeaksTlsBeforeTheNode() throws IOException {
        // ops/nginx/tls.conf: 1.1 refused, 1.2 and 1.3 taken, http redirected, HSTS once, wss through.
        try (SystemNode behind = SystemNode.embedded(
                        Files.createDirectory(folder.resolve("behind")),
                        Map.of("PARLEY_HTTP_TRUSTED_PROXIES", "127.0.0.1"));
                Nginx nginx = Nginx.parleyWithTls(AUTHORITY.issue("nginx"), behind.hostAndPort())) {
            assertVersions(nginx.port());
            String address = "https://127.0.0.1:" + nginx.port() + "/";
            for (String path : List.of("", "health/ready", "api/v1/accounts/me", "admin/v1/node")) {
                Reply reply = new Rest(address).get(path, null);
                assertEquals(
                        List.of("max-age=31536000"),
                        reply.headers().allValues("Strict-Transport-Security"),
                        path + " " + reply.status());
            }
            try (RawHttp plain = new RawHttp("http://127.0.0.1:" + nginx.plainPort() + "/")) {
                String head = plain.send("GET /api/v1/devices?x=1 HTTP/1.1\r\nHost: chat.example.org\r\n\r\n")
                        .head();
                assertTrue(head.startsWith("HTTP/1.1 301 "), head);
                assertTrue(head.contains("Location: https://chat.example.org/api/v1/devices?x=1\r\n"), head);
            }
            Rest.Person bob = new Rest(address).newPerson("bob");
            try (RawClient client = RawClient.open(address.replaceFirst("http", "ws") + "connection/websocket")) {
                assertTrue(client.connect(bob.accessToken()).containsKey("data"));
            }
        }
    }

    private static int port(String address) {
        return Integer.parseInt(address.replaceAll("\\D*$", "").replaceAll(".*:", ""));
    }
}
