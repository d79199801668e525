package parley.cluster.internal.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import parley.kernel.Secret;

/// Proves that bytes found in Redis were put there, at that very place, by a node that knows the
/// cluster's secret: HMAC-SHA256 over the place and the bytes, under a key of this module that is
/// derived from the secret, so that nothing signed elsewhere under the same secret passes here.
/// Thread-safe.
final class Seal {
    static final int BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";
    private static final String PURPOSE = "parley cluster 1";

    private final Mac keyed;

    Seal(Secret secret) {
        Mac root = keyed(secret.reveal().getBytes(StandardCharsets.UTF_8));
        this.keyed = keyed(root.doFinal(PURPOSE.getBytes(StandardCharsets.UTF_8)));
    }

    /// Fills the last 32 bytes of `bytes` with the proof of all before, for `place`.
    void seal(String place, byte[] bytes) {
        byte[] proof = proof(place, bytes, bytes.length - BYTES);
        System.arraycopy(proof, 0, bytes, bytes.length - BYTES, BYTES);
    }

    /// What is before the proof; empty when it does not prove it.
    Optional<ByteBuffer> open(String place, byte[] bytes) {
        int length = bytes.length - BYTES;
        if (length < 0
                || !MessageDigest.isEqual(
                        proof(place, bytes, length), java.util.Arrays.copyOfRange(bytes, length, bytes.length))) {
            return Optional.empty();
        }
        return Optional.of(ByteBuffer.wrap(bytes, 0, length));
    }

    private byte[] proof(String place, byte[] bytes, int length) {
        try {
            // A keyed Mac is a prototype: its clones are cheap and belong to one thread each.
            Mac own = (Mac) keyed.clone();
            byte[] name = place.getBytes(StandardCharsets.UTF_8);
            own.update((byte) (name.length >>> 8));
            own.update((byte) name.length);
            own.update(name);
            own.update(bytes, 0, length);
            return own.doFinal();
        } catch (CloneNotSupportedException unsupported) {
            throw new IllegalStateException("this JDK's HMAC-SHA256 cannot be cloned", unsupported);
        }
    }

    private static Mac keyed(byte[] key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException unsupported) {
            throw new IllegalStateException("this JDK has no HMAC-SHA256", unsupported);
        }
    }
}
