package parley.sessions.internal.transport;

import io.helidon.http.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// The HTTP answers to upgrade requests, as bytes. Pure.
final class UpgradeResponse {

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    // Cloned per handshake: looking the provider up each time leaves an entry in every thread that did so.
    private static final MessageDigest SHA_1 = sha1();

    private UpgradeResponse() {}

    static byte[] switchingProtocols(String key, @Nullable String subprotocol) {
        String echo = subprotocol == null ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n";
        return ascii("HTTP/1.1 101 Switching Protocols\r\n"
                + "Connection: Upgrade\r\n"
                + "Upgrade: websocket\r\n"
                + "Sec-WebSocket-Accept: " + accept(key) + "\r\n"
                + echo + "\r\n");
    }

    static byte[] refused(int status, String reason, Duration retryAfter) {
        StringBuilder head = new StringBuilder("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(Status.create(status).reasonPhrase())
                .append("\r\nConnection: close\r\n");
        if (status == 405) {
            head.append("Allow: GET\r\n");
        }
        if (status == 426) {
            head.append("Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n");
        }
        if (retryAfter.isPositive()) {
            head.append("Retry-After: ")
                    .append(Math.max(1, retryAfter.toSeconds()))
                    .append("\r\n");
        }
        head.append("Content-Type: text/plain; charset=utf-8\r\nContent-Length: ")
                .append(reason.length() + 1)
                .append("\r\n\r\n")
                .append(reason)
                .append('\n');
        return ascii(head.toString());
    }

    private static String accept(String key) {
        try {
            MessageDigest digest = (MessageDigest) SHA_1.clone();
            return Base64.getEncoder().encodeToString(digest.digest(ascii(key + GUID)));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-1 cannot be cloned", e);
        }
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
