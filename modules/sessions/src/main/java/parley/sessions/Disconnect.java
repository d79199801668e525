package parley.sessions;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// Why the server ends a connection: the WebSocket close code and its reason: plain words, at most 123
/// bytes of UTF-8, that no client can take for JSON (some would read a number or an object as advice).
public record Disconnect(int code, String reason) {
    private static final int REASON_BYTES_MAX = 123;
    private static final Pattern JSON_BEGIN =
            Pattern.compile("\\s*([\\[{\"0-9-].*|(true|false|null)\\s*)", Pattern.DOTALL);

    /// Final for the protocol's clients: whoever an operator cut off does not come back by itself.
    public static final Disconnect FORCED = new Disconnect(3503, "force disconnect");

    public Disconnect {
        if (!isReason(reason)) {
            throw new IllegalArgumentException("not a reason for a close frame");
        }
    }

    /// Whether `text` may be a reason.
    public static boolean isReason(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length <= REASON_BYTES_MAX
                && !JSON_BEGIN.matcher(text).matches();
    }
}
