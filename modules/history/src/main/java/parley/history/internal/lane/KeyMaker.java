package parley.history.internal.lane;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import parley.history.Append;

/// Makes the keys under which appends are found again. Thread-safe.
public final class KeyMaker {
    private static final int CLIENT_ID_BYTES_MAX = 64;

    private final long process = new SecureRandom().nextLong();
    private final AtomicLong counter = new AtomicLong();

    /// The key of `append`; an internal one, different from every other, when it has no client id.
    public SentKey keyOf(Append append) {
        String clientId = append.clientId();
        return SentKey.of(append, clientId == null ? internal() : clientBytes(clientId));
    }

    /// The client id's bytes, refused when there are none or more than 64.
    public static byte[] clientBytes(String clientId) {
        byte[] bytes = clientId.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > CLIENT_ID_BYTES_MAX) {
            throw new IllegalArgumentException("a client id has 1 to 64 bytes, not " + bytes.length);
        }
        return bytes;
    }

    static byte @Nullable [] storedBytes(@Nullable String clientId) {
        return clientId == null ? null : clientId.getBytes(StandardCharsets.UTF_8);
    }

    private byte[] internal() {
        return ByteBuffer.allocate(17)
                .put((byte) 0xFF)
                .putLong(process)
                .putLong(counter.incrementAndGet())
                .array();
    }
}
