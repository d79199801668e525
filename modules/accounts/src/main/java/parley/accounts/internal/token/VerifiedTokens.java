package parley.accounts.internal.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.accounts.Tokens.VerifyResult.Verified;
import parley.kernel.AccountId;
import parley.kernel.DeviceId;

/// Tokens that were found good lately, so a crowd that comes back costs no signature checks. Holds half
/// of each token's SHA-256 and never the token; whoever could find another text with the same 128 bits
/// could as well guess the signature. Thread-safe.
final class VerifiedTokens {
    private final Cache<Key, Known> tokens;

    VerifiedTokens(int tokensMax, Duration lifetime) {
        this.tokens = Caffeine.newBuilder()
                .maximumSize(tokensMax)
                .expireAfterWrite(lifetime)
                .executor(Runnable::run)
                .build();
    }

    /// What a token says, in as few bytes as there may be many.
    private record Known(long account, long device, long expiresAtSeconds) {}

    @Nullable
    Verified get(Key key) {
        Known known = tokens.getIfPresent(key);
        return known == null
                ? null
                : new Verified(
                        new AccountId(known.account()),
                        new DeviceId(known.device()),
                        Instant.ofEpochSecond(known.expiresAtSeconds()));
    }

    void put(Key key, Verified verified) {
        tokens.put(
                key,
                new Known(
                        verified.account().value(),
                        verified.device().value(),
                        verified.expiresAt().getEpochSecond()));
    }

    record Key(long high, long low) {
        static Key of(String token) {
            try {
                ByteBuffer hash = ByteBuffer.wrap(
                        MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
                return new Key(hash.getLong(), hash.getLong());
            } catch (NoSuchAlgorithmException broken) {
                throw new IllegalStateException("every JDK has SHA-256", broken);
            }
        }
    }
}
