package parley.accounts.internal.token;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import parley.kernel.Secret;

/// A refresh token: two halves of 256 random bits each, in base64url. The first half is the same in all
/// tokens of a device, its family; the second is new in each. So one stored row per device tells a used
/// token (right family, old second half: somebody has a copy) from a made-up one (unknown family),
/// without remembering every token that ever was. Only hashes are stored. Pure but for the random bits.
final class RefreshToken {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int HALF_BYTES = 32;
    private static final int CHARS = 86;

    private final byte[] family;
    private final byte[] latest;

    private RefreshToken(byte[] family, byte[] latest) {
        this.family = family;
        this.latest = latest;
    }

    /// The first token of a new family.
    static RefreshToken begin() {
        return new RefreshToken(random(), random());
    }

    /// The token that follows this one.
    RefreshToken next() {
        return new RefreshToken(family, random());
    }

    static Optional<RefreshToken> parse(Secret text) {
        if (text.reveal().length() != CHARS) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text.reveal());
            return Optional.of(new RefreshToken(
                    Arrays.copyOfRange(bytes, 0, HALF_BYTES), Arrays.copyOfRange(bytes, HALF_BYTES, 2 * HALF_BYTES)));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    Secret text() {
        byte[] bytes = Arrays.copyOf(family, 2 * HALF_BYTES);
        System.arraycopy(latest, 0, bytes, HALF_BYTES, HALF_BYTES);
        return new Secret(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    byte[] familyHash() {
        return hash(family);
    }

    byte[] latestHash() {
        return hash(latest);
    }

    private static byte[] random() {
        byte[] bytes = new byte[HALF_BYTES];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static byte[] hash(byte[] half) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(half);
        } catch (NoSuchAlgorithmException broken) {
            throw new IllegalStateException("every JDK has SHA-256", broken);
        }
    }
}
