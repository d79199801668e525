package parley.sessions.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;

/// T36: the portable transport inside TLS: opening, an echo, a stuck peer, the deadline of a silent one.
final class TlsIT {

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private Path folder;

    // T26, T30: messages and the close handshake work inside TLS.
    @Test
    void anEchoInsideTls() throws Exception {
        SSLContext context = context();
        try (EchoServer server = EchoServer.start(TransportLimits.DEFAULT, builder -> builder.tls(tls(context)));
                RawClient client = open(context, server)) {
            client.sendText("inside");
            assertEquals("inside", client.read().text());
            client.sendClose(1000);
            assertEquals(1000, client.read().closeCode());
            assertTrue(client.isCut());
            Await.until("ended", () -> server.listener.ends.size() == 1);
            assertEquals(Ended.Cause.PEER_CLOSED, server.listener.ends.element().cause());
        }
    }

    // T28: a stuck peer is cut although a TLS close has to wait for the write that is stuck.
    @Test
    void aFrozenPeerInsideTlsIsCut() throws Exception {
        SSLContext context = context();
        TransportLimits limits =
                EchoServer.deadlines(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofMillis(1_500));
        try (EchoServer server = EchoServer.start(limits, builder -> builder.tls(tls(context)));
                RawClient client = open(context, server)) {
            for (int n = 0; n < 40; n++) {
                client.sendText("!fill");
            }
            Await.until("cut", () -> server.listener.ends.size() == 1);
            assertEquals(Ended.Cause.STALLED, server.listener.ends.element().cause());
        }
    }

    // T10: a client that does not even begin TLS is cut.
    @Test
    void aSilentClientIsCut() throws Exception {
        SSLContext context = context();
        TransportLimits limits =
                EchoServer.deadlines(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(10));
        try (EchoServer server = EchoServer.start(limits, builder -> builder.tls(tls(context)));
                RawClient client = RawClient.tcp(server.port())) {
            assertTrue(client.isCut());
        }
    }

    private static Tls tls(SSLContext context) {
        return Tls.builder().sslContext(context).build();
    }

    private static RawClient open(SSLContext context, EchoServer server) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
        socket.setReceiveBufferSize(4096);
        RawClient client = RawClient.over(socket, server.port());
        client.handshake();
        return client;
    }

    private SSLContext context() throws IOException, InterruptedException, GeneralSecurityException {
        Path file = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "test",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        file.toString()))
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, keytool.waitFor(), output);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory ours = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        ours.init(keys, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("test", keys.getCertificate("test"));
        TrustManagerFactory theirs = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        theirs.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(ours.getKeyManagers(), theirs.getTrustManagers(), null);
        return context;
    }
}
