package parley.accounts.internal.token;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import parley.accounts.Tokens.VerifyResult;

/// Security list S3: a table of tokens that are not ours, or not for this use, or not for this time.
final class ForgedTokensTest {
    private static final SigningKey KEY = SigningKey.generate(1, 0);
    private static final SigningKey FOREIGN = SigningKey.generate(1, 0);
    private static final Instant NOW = Instant.parse("2026-05-04T10:00:00Z");
    private static final long IAT = NOW.getEpochSecond();
    private static final String HEADER = "{\"alg\":\"RS256\",\"kid\":\"" + KEY.kid() + "\",\"typ\":\"JWT\"}";
    private static final String CLAIMS = claims("parley", "\"parley\"", IAT, IAT + 900);

    private final AccessTokens tokens = new AccessTokens("parley");
    private final KeyRing keys = new KeyRing(List.of(KEY));

    @Test
    void theTableSetsOutFromAGoodToken() {
        // Promise of the table: what is changed in a row is all that is wrong with it.
        assertInstanceOf(VerifyResult.Verified.class, tokens.check(keys, signed(HEADER, CLAIMS), NOW));
    }

    @Test
    void claimsThatWeDoNotKnowArePassedOver() {
        // Promise (contract): claims `subs` and `channels` are ignored.
        String more = CLAIMS.replace("{", "{\"subs\":{\"c:1\":{}},\"channels\":[\"c:1\",[{\"iss\":\"x\"}]],");
        assertInstanceOf(VerifyResult.Verified.class, tokens.check(keys, signed(HEADER, more), NOW));
    }

    @TestFactory
    Stream<DynamicTest> forgedTokensAreInvalid() {
        // Promise (S3): one fixed algorithm, keys from a fixed map, every claim checked, no other text accepted.
        Map<String, String> table = new LinkedHashMap<>();
        headers(table);
        signatures(table);
        forms(table);
        payloads(table);
        assertTrue(table.size() >= 40, "rows: " + table.size());
        return table.entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(
                        row.getKey(),
                        () -> assertInstanceOf(VerifyResult.Invalid.class, tokens.check(keys, row.getValue(), NOW))));
    }

    @Test
    void anExpiredTokenIsToldApartOnlyWhenItIsOurs() {
        // Promise: "expired" is said of our own tokens alone; a forged one is invalid whatever its time.
        String over = claims("parley", "\"parley\"", IAT - 2_000, IAT - 1_000);

        assertInstanceOf(VerifyResult.Expired.class, tokens.check(keys, signed(HEADER, over), NOW));
        assertInstanceOf(VerifyResult.Invalid.class, tokens.check(keys, token(HEADER, over, FOREIGN::sign), NOW));
    }

    private static void headers(Map<String, String> table) {
        for (String algorithm : List.of("none", "None", "nOnE", "NONE", "")) {
            String header = HEADER.replace("RS256", algorithm);
            table.put("alg '" + algorithm + "' without signature", encode(header) + "." + encode(CLAIMS) + ".");
            table.put("alg '" + algorithm + "' with our signature", signed(header, CLAIMS));
        }
        for (String algorithm : List.of("RS384", "RS512", "PS256", "ES256", "EdDSA", "HS256", "rs256")) {
            table.put("alg " + algorithm + " with our signature", signed(HEADER.replace("RS256", algorithm), CLAIMS));
        }
        String hmac = HEADER.replace("RS256", "HS256");
        table.put(
                "HS256 keyed with our public key in DER",
                token(hmac, CLAIMS, text -> hmac(KEY.publicKey().getEncoded(), text)));
        table.put(
                "HS256 keyed with our public key in PEM",
                token(hmac, CLAIMS, text -> hmac(pem().getBytes(StandardCharsets.US_ASCII), text)));
        table.put("HS256 keyed with nothing", token(hmac, CLAIMS, text -> hmac(new byte[] {0}, text)));
        for (String kid : List.of("../../dev/null", "' or '1'='1", "", "x\\u0000", FOREIGN.kid())) {
            String header = HEADER.replace(KEY.kid(), kid);
            table.put("kid '" + kid + "'", signed(header, CLAIMS));
            table.put(
                    "kid '" + kid + "', keyed with nothing", token(header, CLAIMS, text -> hmac(new byte[] {0}, text)));
        }
        table.put("no kid", signed("{\"alg\":\"RS256\",\"typ\":\"JWT\"}", CLAIMS));
        table.put("jku", signed(HEADER.replace("{", "{\"jku\":\"https://evil.example/jwks.json\","), CLAIMS));
        table.put("x5u", signed(HEADER.replace("{", "{\"x5u\":\"https://evil.example/x.pem\","), CLAIMS));
        table.put(
                "jwk of the forger",
                token(HEADER.replace("{", "{\"jwk\":" + FOREIGN.jwk() + ","), CLAIMS, FOREIGN::sign));
        table.put("crit", signed(HEADER.replace("{", "{\"crit\":[\"b64\"],\"b64\":false,"), CLAIMS));
        table.put("typ at+jwt", signed(HEADER.replace("JWT", "at+jwt"), CLAIMS));
        table.put("duplicate alg", signed(HEADER.replace("{", "{\"alg\":\"none\","), CLAIMS));
    }

    private static void signatures(Map<String, String> table) {
        String good = signed(HEADER, CLAIMS);
        String unsigned = good.substring(0, good.lastIndexOf('.'));
        table.put("another key's signature", token(HEADER, CLAIMS, FOREIGN::sign));
        table.put("no signature", unsigned + ".");
        table.put("two parts", unsigned);
        table.put("signature cut short", good.substring(0, good.length() - 4));
        table.put("signature of zeros", unsigned + "." + encode(new byte[256]));
        table.put("signature twice as long", unsigned + "." + encode(new byte[512]));
        table.put("one bit of the signature changed", unsigned + "." + changed(good.substring(unsigned.length() + 1)));
        table.put("claims changed under a good signature", replacePayload(good, CLAIMS.replace("\"7\"", "\"8\"")));
    }

    private static void forms(Map<String, String> table) {
        String good = signed(HEADER, CLAIMS);
        table.put("empty", "");
        table.put("dots", "..");
        table.put("many dots", ".".repeat(4_000));
        table.put("four parts", good + ".x");
        table.put("five parts (encrypted)", "a.b.c.d.e");
        table.put("Bearer in front", "Bearer " + good);
        table.put("space behind", good + " ");
        table.put("line break inside", good.replaceFirst("\\.", ".\n"));
        table.put("padding", good + "=");
        table.put("NUL inside", good.replaceFirst("\\.", ".\u0000"));
        table.put("not ASCII", good.replaceFirst("\\.", ".\u00e9"));
        table.put("one megabyte", good + "A".repeat(1 << 20));
        table.put(
                "too long with a good signature",
                signed(HEADER, CLAIMS.replace("{", "{\"x\":\"" + "y".repeat(4_000) + "\",")));
    }

    private static void payloads(Map<String, String> table) {
        table.put("another issuer", signed(HEADER, claims("evil", "\"parley\"", IAT, IAT + 900)));
        table.put("another audience", signed(HEADER, claims("parley", "\"other\"", IAT, IAT + 900)));
        table.put("audience in capitals", signed(HEADER, claims("parley", "\"PARLEY\"", IAT, IAT + 900)));
        table.put("ends before it is issued", signed(HEADER, claims("parley", "\"parley\"", IAT + 901, IAT + 900)));
        table.put("issued after the end of time", signed(HEADER, claims("parley", "\"parley\"", 1L << 60, 1L << 60)));
        table.put("lasts longer than a day", signed(HEADER, claims("parley", "\"parley\"", IAT, IAT + 86_401)));
        table.put("not before a future time", signed(HEADER, CLAIMS.replace("{", "{\"nbf\":" + (IAT + 61) + ",")));
        table.put("not before is text", signed(HEADER, CLAIMS.replace("{", "{\"nbf\":\"0\",")));
        for (String claim : List.of("iss", "aud", "sub", "dev", "iat", "exp", "jti")) {
            table.put("without " + claim, signed(HEADER, CLAIMS.replace("\"" + claim + "\"", "\"x" + claim + "\"")));
            table.put("duplicate " + claim, signed(HEADER, CLAIMS.replace("{", "{\"" + claim + "\":\"1\",")));
        }
        table.put("account is a number", signed(HEADER, CLAIMS.replace("\"7\"", "7")));
        table.put("account is no id", signed(HEADER, CLAIMS.replace("\"7\"", "\"07\"")));
        table.put("account is negative", signed(HEADER, CLAIMS.replace("\"7\"", "\"-7\"")));
        table.put("end is text", signed(HEADER, CLAIMS.replace(":" + (IAT + 900), ":\"" + (IAT + 900) + "\"")));
        table.put("end is a fraction", signed(HEADER, CLAIMS.replace(":" + (IAT + 900), ":" + (IAT + 900) + ".5")));
        table.put("end is beyond numbers", signed(HEADER, CLAIMS.replace(":" + (IAT + 900), ":1e999")));
        table.put("end is negative", signed(HEADER, CLAIMS.replace(":" + (IAT + 900), ":-1")));
        table.put("claims are an array", signed(HEADER, "[" + CLAIMS + "]"));
        table.put("claims are no JSON", signed(HEADER, "hello"));
        table.put("claims are empty", signed(HEADER, ""));
        table.put("something after the claims", signed(HEADER, CLAIMS + "{}"));
        table.put("claims cut short", signed(HEADER, CLAIMS.substring(0, CLAIMS.length() - 1)));
    }

    private interface Signer {
        byte[] sign(byte[] text);
    }

    private static String claims(String issuer, String audience, long issuedAt, long expiresAt) {
        return "{\"iss\":\"" + issuer + "\",\"aud\":" + audience + ",\"sub\":\"7\",\"dev\":\"9\",\"iat\":" + issuedAt
                + ",\"exp\":" + expiresAt + ",\"jti\":\"q\"}";
    }

    private static String signed(String header, String claims) {
        return token(header, claims, KEY::sign);
    }

    private static String token(String header, String claims, Signer signer) {
        String text = encode(header) + "." + encode(claims);
        return text + "." + encode(signer.sign(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String replacePayload(String token, String claims) {
        String[] part = token.split("\\.", -1);
        return part[0] + "." + encode(claims) + "." + part[2];
    }

    private static String changed(String base64) {
        byte[] bytes = Base64.getUrlDecoder().decode(base64);
        bytes[100] ^= 1;
        return encode(bytes);
    }

    private static byte[] hmac(byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text);
        } catch (GeneralSecurityException broken) {
            throw new AssertionError(broken);
        }
    }

    private static String pem() {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(KEY.publicKey().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static String encode(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
