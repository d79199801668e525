package parley.accounts.internal.token;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import parley.accounts.Tokens.VerifyResult;
import parley.accounts.Tokens.VerifyResult.Verified;
import parley.kernel.AccountId;
import parley.kernel.DeviceId;
import parley.kernel.Secret;

/// Signs and checks access tokens from what is in memory; never blocks. Thread-safe.
final class Verifier {
    private final SigningKeys keys;
    private final AccessTokens tokens;
    private final VerifiedTokens verified;
    private final RevocationSet revoked;
    private final InstantSource clock;
    private final Counter remembered;
    private final Counter checked;

    Verifier(
            SigningKeys keys,
            AccessTokens tokens,
            VerifiedTokens verified,
            RevocationSet revoked,
            InstantSource clock,
            MeterRegistry metrics) {
        this.keys = keys;
        this.tokens = tokens;
        this.verified = verified;
        this.revoked = revoked;
        this.clock = clock;
        this.remembered = verifications(metrics, "true");
        this.checked = verifications(metrics, "false");
    }

    Secret issue(AccountId account, DeviceId device, Instant now, Duration lifetime) {
        return tokens.issue(keys.ring().signing(now.toEpochMilli()), account, device, now, lifetime);
    }

    VerifyResult verify(String token) {
        if (token.length() > AccessTokens.CHARS_MAX) {
            return new VerifyResult.Invalid();
        }
        Instant now = clock.instant();
        VerifiedTokens.Key key = VerifiedTokens.Key.of(token);
        Verified known = verified.get(key);
        if (known != null) {
            remembered.increment();
            return AccessTokens.isOver(known.expiresAt(), now) ? new VerifyResult.Expired() : unlessRevoked(known, now);
        }
        checked.increment();
        VerifyResult result = tokens.check(keys.ring(), token, now);
        if (result instanceof Verified good) {
            verified.put(key, good);
            return unlessRevoked(good, now);
        }
        return result;
    }

    String jwks() {
        return keys.ring().jwks();
    }

    private VerifyResult unlessRevoked(Verified good, Instant now) {
        if (revoked.isBanned(good.account().value(), now.toEpochMilli())) {
            return new VerifyResult.Banned();
        }
        return revoked.isSignedOut(good.device().value()) ? new VerifyResult.SignedOut() : good;
    }

    private static Counter verifications(MeterRegistry metrics, String remembered) {
        return Counter.builder("parley.accounts.token.verifications")
                .description("Access tokens looked at, by whether the answer was remembered")
                .tag("remembered", remembered)
                .register(metrics);
    }
}
