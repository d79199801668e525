package parley.accounts.internal.token;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.accounts.Tokens.VerifyResult;
import parley.kernel.AccountId;
import parley.kernel.DeviceId;
import parley.kernel.Secret;

/// Makes and reads access tokens: JWTs (RFC 7519) in compact form. Pure but for random ids; the time is
/// an argument. Thread-safe.
final class AccessTokens {
    /// How far the clocks of two nodes may differ.
    static final Duration LEEWAY = Duration.ofSeconds(30);

    static final int CHARS_MAX = 4096;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder TO_TEXT = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder FROM_TEXT = Base64.getUrlDecoder();
    private static final int ID_BYTES = 16;

    private final String issuer;

    AccessTokens(String issuer) {
        this.issuer = issuer;
    }

    Secret issue(SigningKey key, AccountId account, DeviceId device, Instant now, Duration lifetime) {
        byte[] id = new byte[ID_BYTES];
        RANDOM.nextBytes(id);
        long issuedAt = now.getEpochSecond();
        Claims claims = new Claims(
                issuer, account, device, issuedAt, issuedAt + lifetime.toSeconds(), TO_TEXT.encodeToString(id));
        String text = key.header() + "." + TO_TEXT.encodeToString(claims.encode());
        byte[] signature = key.sign(text.getBytes(StandardCharsets.US_ASCII));
        return new Secret(text + "." + TO_TEXT.encodeToString(signature));
    }

    /// What `token` is worth by itself: verified, expired or invalid. Nothing of it is believed before
    /// its signature is found good, and its header is never interpreted (see [SigningKey#header]).
    VerifyResult check(KeyRing keys, String token, Instant now) {
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (token.length() > CHARS_MAX || first < 0 || second < 0) {
            return new VerifyResult.Invalid();
        }
        Optional<SigningKey> key = keys.byHeader(token.substring(0, first));
        byte @Nullable [] payload = decode(token.substring(first + 1, second));
        byte @Nullable [] signature = decode(token.substring(second + 1));
        if (key.isEmpty() || payload == null || signature == null) {
            return new VerifyResult.Invalid();
        }
        byte[] text = token.substring(0, second).getBytes(StandardCharsets.US_ASCII);
        if (!key.get().verifies(text, signature)) {
            return new VerifyResult.Invalid();
        }
        return Claims.decode(payload, now.plus(LEEWAY).getEpochSecond())
                .filter(claims -> claims.issuer().equals(issuer))
                .map(claims -> inTime(claims, now))
                .orElseGet(VerifyResult.Invalid::new);
    }

    /// True when a token that is over at `expiresAt` is not taken any more.
    static boolean isOver(Instant expiresAt, Instant now) {
        return now.isAfter(expiresAt.plus(LEEWAY));
    }

    private static VerifyResult inTime(Claims claims, Instant now) {
        Instant expiresAt = Instant.ofEpochSecond(claims.expiresAt());
        return isOver(expiresAt, now)
                ? new VerifyResult.Expired()
                : new VerifyResult.Verified(claims.account(), claims.device(), expiresAt);
    }

    /// The bytes of base64url text, null for any other text: padding, other alphabets and stray bits in
    /// the last character would make several texts for one token.
    private static byte @Nullable [] decode(String text) {
        try {
            byte[] bytes = FROM_TEXT.decode(text);
            return TO_TEXT.encodeToString(bytes).equals(text) ? bytes : null;
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }
}
