package parley.app.system;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.text.ParseException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import parley.testkit.TestDatabase;

/// Makes tokens that are wrong in one thing each, also such that the server's own key signed: it is read
/// from the database.
final class TokenForge {
    private final String kid;
    private final PrivateKey key;
    private final byte[] publicKey;

    TokenForge(TestDatabase database) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select kid, private_key, public_key from accounts_signing_key order by generation limit 1")) {
            if (!row.next()) {
                throw new IllegalStateException("the server has no key yet");
            }
            kid = row.getString(1);
            key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(row.getBytes(2)));
            publicKey = row.getBytes(3);
        } catch (SQLException | GeneralSecurityException fault) {
            throw new IllegalStateException(fault);
        }
    }

    /// `token` as it would be had it ended a minute ago.
    String expired(String token) {
        Instant end = Instant.now().minusSeconds(60);
        return signed(
                token,
                claims -> claims.issueTime(Date.from(end.minusSeconds(900))).expirationTime(Date.from(end)));
    }

    /// `token` signed anew with the server's own key, nothing else changed: it is good.
    String resigned(String token) {
        return signed(token, UnaryOperator.identity());
    }

    /// Tokens for the account of `good`, none of which may be believed; by what is wrong with them.
    Map<String, String> forgeries(String good) {
        Map<String, String> table = new LinkedHashMap<>();
        signatures(good, table);
        headers(good, table);
        Date tomorrow = Date.from(Instant.now().plusSeconds(200_000));
        claims(good, table, "another issuer", claims -> claims.issuer("evil"));
        claims(good, table, "another audience", claims -> claims.audience("other"));
        claims(good, table, "no audience", claims -> claims.audience((String) null));
        claims(good, table, "no subject", claims -> claims.subject(null));
        claims(good, table, "a subject that is no id", claims -> claims.subject("1 or 1=1"));
        claims(good, table, "no device", claims -> claims.claim("dev", null));
        claims(good, table, "no end", claims -> claims.expirationTime(null));
        claims(good, table, "an end years ahead", claims -> claims.expirationTime(tomorrow));
        claims(good, table, "issued tomorrow", claims -> claims.issueTime(tomorrow));
        claims(good, table, "not before tomorrow", claims -> claims.notBeforeTime(tomorrow));
        return table;
    }

    private void signatures(String good, Map<String, String> table) {
        String[] part = good.split("\\.", -1);
        String body = part[0] + "." + part[1];
        table.put("no signature", body + ".");
        table.put("two parts", body);
        table.put("signature of zeros", body + "." + base64(new byte[256]));
        table.put("signature cut short", good.substring(0, good.length() - 8));
        table.put("something behind it", good + "A");
        table.put(
                "claims of somebody else under a good signature",
                part[0] + "."
                        + base64(text(part[1])
                                .replaceFirst("\"sub\":\"\\d+", "\"sub\":\"7")
                                .getBytes(StandardCharsets.UTF_8))
                        + "." + part[2]);
        table.put("another key", signed(good, UnaryOperator.identity(), anotherKey()));
    }

    private void headers(String good, Map<String, String> table) {
        String[] part = good.split("\\.", -1);
        String none = base64("{\"alg\":\"none\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8));
        table.put("alg none", none + "." + part[1] + ".");
        table.put("alg none with our signature", none + "." + part[1] + "." + part[2]);
        table.put("HS256 keyed with our public key", hmac(good));
        table.put("no token at all", "x");
        table.put("dots", "..");
        table.put("very long", good + "A".repeat(20_000));
    }

    private void claims(String good, Map<String, String> table, String what, Consumer<JWTClaimsSet.Builder> change) {
        table.put(what, signed(good, claims -> {
            change.accept(claims);
            return claims;
        }));
    }

    private String signed(String good, UnaryOperator<JWTClaimsSet.Builder> change) {
        return signed(good, change, key);
    }

    private String signed(String good, UnaryOperator<JWTClaimsSet.Builder> change, PrivateKey with) {
        try {
            JWTClaimsSet.Builder claims =
                    new JWTClaimsSet.Builder(SignedJWT.parse(good).getJWTClaimsSet());
            String head = good.substring(0, good.indexOf('.'));
            String text =
                    head + "." + base64(change.apply(claims).build().toString().getBytes(StandardCharsets.UTF_8));
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(with);
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return text + "." + base64(signature.sign());
        } catch (ParseException | GeneralSecurityException fault) {
            throw new IllegalStateException(fault);
        }
    }

    private String hmac(String good) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(kid).build(),
                    SignedJWT.parse(good).getJWTClaimsSet());
            token.sign(new MACSigner(publicKey));
            return token.serialize();
        } catch (ParseException | JOSEException fault) {
            throw new IllegalStateException(fault);
        }
    }

    private static PrivateKey anotherKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2_048);
            return generator.generateKeyPair().getPrivate();
        } catch (GeneralSecurityException fault) {
            throw new IllegalStateException(fault);
        }
    }

    private static String text(String base64) {
        return new String(Base64.getUrlDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
