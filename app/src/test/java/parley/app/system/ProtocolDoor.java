package parley.app.system;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import parley.testkit.ChildJvm;
import parley.testkit.ChildProcess;

/// Somewhere that the client protocol is spoken, whatever stands behind it.
sealed interface ProtocolDoor extends AutoCloseable {
    /// Somebody who may subscribe and publish to `channel`, which nobody else uses; `own` is a channel
    /// that the server subscribes that person to.
    record Guest(String token, String channel, String own) {}

    String address();

    Guest guest();

    @Override
    void close();

    /// The product: a node with its embedded database; the channel is a conversation.
    final class Product implements ProtocolDoor {
        private final SystemNode node;

        Product(Path folder) {
            node = SystemNode.embedded(folder);
        }

        @Override
        public String address() {
            return node.webSocketAddress();
        }

        @Override
        public Guest guest() {
            Party party = Party.gather(node, 1, 1);
            Rest.Person person = party.people().getFirst();
            return new Guest(person.accessToken(), "c:" + party.conversations().getFirst(), "u:" + person.id());
        }

        @Override
        public void close() {
            node.close();
        }
    }

    /// The test profile: the same engine with a back end in memory, as `ops/protocol-profile` starts it.
    final class Profile implements ProtocolDoor {
        private static final String READY = "protocol-profile ready ";

        private final ChildProcess process;
        private final String address;

        Profile(Path folder) {
            process = ChildJvm.testProgram(
                    folder, "sessions", "parley.sessions.internal.protocol.profile.ProtocolServer", "0", "usual");
            address = process.awaitLine(Duration.ofSeconds(60), READY).substring(READY.length());
        }

        @Override
        public String address() {
            return address;
        }

        @Override
        public Guest guest() {
            String user = UUID.randomUUID().toString();
            return new Guest(token(user), "recovery:" + user, "#" + user);
        }

        /// Of the HTTP API, with a slash at the end.
        String apiAddress() {
            return address.replace("ws:", "http:").replace("connection/websocket", "api/");
        }

        /// The token of a person's connection, or one with more claims.
        static String token(String user, String... claims) {
            String all = String.join(",", claims);
            String body = "{\"sub\":\"" + user + "\"" + (all.isEmpty() ? "" : "," + all) + "}";
            String text = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + base64(body);
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec("secret".getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
                byte[] signature = mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
                return text + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        private static String base64(String text) {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void close() {
            process.close();
        }
    }
}
