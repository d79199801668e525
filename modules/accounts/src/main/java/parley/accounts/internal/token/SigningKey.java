package parley.accounts.internal.token;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// An RSA key that signs access tokens by RS256, the one algorithm there is (the choice is measured in
/// decision 6). Times are milliseconds; `goodUntil` null = it may still sign. Immutable.
record SigningKey(
        long generation,
        String kid,
        RSAPublicKey publicKey,
        PrivateKey privateKey,
        long signsFrom,
        @Nullable Long goodUntil) {
    private static final String ALGORITHM = "SHA256withRSA";
    private static final int BITS = 2048;
    private static final Base64.Encoder TO_TEXT = Base64.getUrlEncoder().withoutPadding();

    static SigningKey generate(long generation, long signsFrom) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(BITS);
            KeyPair pair = generator.generateKeyPair();
            RSAPublicKey publicKey = (RSAPublicKey) pair.getPublic();
            return new SigningKey(generation, thumbprint(publicKey), publicKey, pair.getPrivate(), signsFrom, null);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("this JDK cannot make RSA keys", broken);
        }
    }

    /// The key from its stored forms: X.509 and PKCS #8, DER.
    static SigningKey decode(
            long generation, byte[] publicKey, byte[] privateKey, long signsFrom, @Nullable Long goodUntil) {
        try {
            KeyFactory factory = KeyFactory.getInstance("RSA");
            RSAPublicKey read = (RSAPublicKey) factory.generatePublic(new X509EncodedKeySpec(publicKey));
            return new SigningKey(
                    generation,
                    thumbprint(read),
                    read,
                    factory.generatePrivate(new PKCS8EncodedKeySpec(privateKey)),
                    signsFrom,
                    goodUntil);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("stored signing key " + generation + " cannot be read", broken);
        }
    }

    /// The first part of every token that this key signs. A token is looked up by this whole text, so no
    /// part of a header is ever interpreted: another algorithm, type, key or parameter is another text.
    String header() {
        return encode("{\"alg\":\"RS256\",\"kid\":\"" + kid + "\",\"typ\":\"JWT\"}");
    }

    byte[] sign(byte[] text) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(privateKey);
            signature.update(text);
            return signature.sign();
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("signing failed", broken);
        }
    }

    boolean verifies(byte[] text, byte[] signed) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(publicKey);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException malformed) {
            // The JDK throws for a signature of a wrong length, and returns false for a wrong one.
            return false;
        }
    }

    /// The public half as a JWK (RFC 7517).
    String jwk() {
        return "{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"" + kid + "\",\"n\":\""
                + encode(publicKey.getModulus()) + "\",\"e\":\"" + encode(publicKey.getPublicExponent()) + "\"}";
    }

    /// RFC 7638: the hash of the required members in alphabetical order, without spaces.
    private static String thumbprint(RSAPublicKey key) throws GeneralSecurityException {
        String members = "{\"e\":\"" + encode(key.getPublicExponent()) + "\",\"kty\":\"RSA\",\"n\":\""
                + encode(key.getModulus()) + "\"}";
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(members.getBytes(StandardCharsets.UTF_8));
        return TO_TEXT.encodeToString(hash);
    }

    private static String encode(String text) {
        return TO_TEXT.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Base64urlUInt of RFC 7518: big-endian without a leading zero byte.
    private static String encode(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int zero = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
        byte[] unsigned = new byte[bytes.length - zero];
        System.arraycopy(bytes, zero, unsigned, 0, unsigned.length);
        return TO_TEXT.encodeToString(unsigned);
    }
}
