package parley.accounts.internal.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import parley.accounts.Tokens.VerifyResult;
import parley.kernel.AccountId;
import parley.kernel.DeviceId;

final class AccessTokensTest {
    private static final SigningKey KEY = SigningKey.generate(1, 0);
    private static final Instant NOW = Instant.parse("2026-05-04T10:00:00.250Z");
    private static final AccountId ANNA = new AccountId(417_000_000_000_000_001L);
    private static final DeviceId PHONE = new DeviceId(417_000_000_000_000_002L);

    private final AccessTokens tokens = new AccessTokens("parley");
    private final KeyRing keys = new KeyRing(List.of(KEY));

    @Test
    void aStrangerReadsOurTokensByOurPublicKeys() throws Exception {
        // Promise: tokens are JWTs (RFC 7519) with exactly the stated claims, verifiable by the JWK set alone.
        String token =
                tokens.issue(KEY, ANNA, PHONE, NOW, Duration.ofMinutes(15)).reveal();

        SignedJWT read = SignedJWT.parse(token);
        JWKSet published = JWKSet.parse(keys.jwks());
        assertTrue(read.verify(new RSASSAVerifier(
                published.getKeyByKeyId(read.getHeader().getKeyID()).toRSAKey())));
        assertEquals(JWSAlgorithm.RS256, read.getHeader().getAlgorithm());
        assertEquals("JWT", read.getHeader().getType().getType());
        JWTClaimsSet claims = read.getJWTClaimsSet();
        assertEquals(
                Set.of("iss", "aud", "sub", "dev", "iat", "exp", "jti"),
                claims.getClaims().keySet());
        assertEquals("parley", claims.getIssuer());
        assertEquals(List.of("parley"), claims.getAudience());
        assertEquals(ANNA.toString(), claims.getSubject());
        assertEquals(PHONE.toString(), claims.getStringClaim("dev"));
        assertEquals(
                Duration.ofMinutes(15),
                Duration.between(
                        claims.getIssueTime().toInstant(),
                        claims.getExpirationTime().toInstant()));
        assertTrue(token.length() <= AccessTokens.CHARS_MAX);
    }

    @Test
    void theKeyIdIsTheThumbprintThatOthersCompute() throws Exception {
        // Promise: a key id is the RFC 7638 thumbprint, and no private part is published.
        JWKSet published = JWKSet.parse(keys.jwks());

        assertEquals(
                KEY.kid(), published.getKeys().getFirst().computeThumbprint().toString());
        assertEquals(published.toJSONObject(), published.toPublicJWKSet().toJSONObject());
    }

    @Test
    void aTokenIsGoodUntilItsEndAndTheLeeway() {
        // Promise: the leeway for clocks that differ is at most 60 seconds.
        String token =
                tokens.issue(KEY, ANNA, PHONE, NOW, Duration.ofMinutes(15)).reveal();
        Instant end = Instant.parse("2026-05-04T10:15:00Z");

        assertEquals(new VerifyResult.Verified(ANNA, PHONE, end), tokens.check(keys, token, NOW));
        assertInstanceOf(VerifyResult.Verified.class, tokens.check(keys, token, end.plusSeconds(30)));
        assertInstanceOf(VerifyResult.Expired.class, tokens.check(keys, token, end.plusSeconds(31)));
        assertInstanceOf(VerifyResult.Verified.class, tokens.check(keys, token, NOW.minusSeconds(30)));
    }

    @Test
    void aNodeWhoseClockIsBehindSendsNobodyAwayForGood() {
        // Promise: a clock that jumps back costs no session. "Invalid" is close code 3500, after which SDKs stop.
        String token =
                tokens.issue(KEY, ANNA, PHONE, NOW, Duration.ofMinutes(15)).reveal();

        assertInstanceOf(VerifyResult.Verified.class, tokens.check(keys, token, NOW.minus(Duration.ofHours(2))));
    }

    @Test
    void eachTokenIsAnotherOne() {
        // Promise: jti makes tokens of the same second differ.
        assertEquals(
                100,
                IntStream.range(0, 100)
                        .mapToObj(i -> tokens.issue(KEY, ANNA, PHONE, NOW, Duration.ofMinutes(15))
                                .reveal())
                        .distinct()
                        .count());
    }

    @Test
    void theNewestKeyWhoseTimeHasComeSigns() {
        // Promise: a new key waits until every node has read it.
        SigningKey waiting = SigningKey.generate(2, 1_000);
        KeyRing both = new KeyRing(List.of(KEY, waiting));

        assertEquals(KEY, both.signing(999));
        assertEquals(waiting, both.signing(1_000));
        assertEquals(KEY, new KeyRing(List.of(KEY)).signing(-1));
    }
}
