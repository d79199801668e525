package parley.accounts.internal.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import parley.accounts.Tokens.VerifyResult.Verified;

/// Tokens that were found good lately, so a crowd that comes back costs no signature checks. Holds half
/// of each token's SHA-256 and never the token; whoever could find another text with the same 128 bits
/// could as well guess the signature. Thread-safe.
final class VerifiedTokens {
    private final Cache<Key, Verified> tokens;

    VerifiedTokens(int tokensMax, Duration lifetime) {
        this.tokens = Caffeine.newBuilder()
                .maximumSize(tokensMax)
                .expireAfterWrite(lifetime)
                .executor(Runnable::run)
                .build();
    }

    @Nullable
    Verified get(Key key) {
        return tokens.getIfPresent(key);
    }

    void put(Key key, Verified verified) {
        tokens.put(key, verified);
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
