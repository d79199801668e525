package parley.messaging.internal.send;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a message body and a client message id must be. Pure.
public final class BodyRules {
    /// Longest body, in bytes.
    public static final int BODY_BYTES_MAX = 16 * 1024;

    /// Deepest nesting of objects and arrays; the body itself is level 1.
    static final int DEPTH_MAX = 16;

    /// Longest client message id, in bytes of UTF-8.
    private static final int CLIENT_ID_BYTES_MAX = 64;

    private BodyRules() {}

    /// The rule that `body` breaks, if any; its length is judged elsewhere.
    static Optional<String> broken(byte[] body) {
        return switch (new JsonCheck(body, DEPTH_MAX).object()) {
            case OBJECT -> Optional.empty();
            case TOO_DEEP -> Optional.of("body: at most " + DEPTH_MAX + " levels deep");
            case NO_OBJECT -> Optional.of("body: must be a JSON object");
        };
    }

    /// True when `clientId` has 1 to 64 bytes of UTF-8 (and no half of a surrogate pair, which has
    /// none).
    public static boolean isClientId(@Nullable String clientId) {
        if (clientId == null || clientId.isEmpty() || clientId.length() > CLIENT_ID_BYTES_MAX) {
            return false;
        }
        byte[] bytes = clientId.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= CLIENT_ID_BYTES_MAX && new String(bytes, StandardCharsets.UTF_8).equals(clientId);
    }
}
