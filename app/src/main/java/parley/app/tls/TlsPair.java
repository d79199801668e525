package parley.app.tls;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import parley.app.config.TlsConfig;
import parley.app.exit.Failure;

/// A certificate with its private key, checked: readable, belonging together, valid now. `alias` is the
/// hash of both files' content.
public record TlsPair(List<X509Certificate> chain, PrivateKey privateKey, String alias) {
    private static final Set<String> KINDS = Set.of("RSA", "EC", "EdDSA");

    public TlsPair {
        chain = List.copyOf(chain);
    }

    /// Throws [Failure] with a sentence that names the setting and what is wrong.
    public static TlsPair read(TlsConfig.Files files, Instant now) {
        String certificateKey = files.key() + ".certificate";
        String privateKeyKey = files.key() + ".private-key";
        byte[] certificateText = PemFiles.bytes(certificateKey, files.certificate());
        byte[] keyText = PemFiles.bytes(privateKeyKey, files.privateKey());
        List<X509Certificate> chain = PemFiles.certificates(certificateKey, files.certificate(), certificateText);
        PublicKey publicKey = chain.getFirst().getPublicKey();
        if (!KINDS.contains(publicKey.getAlgorithm())) {
            throw new Failure(
                    certificateKey + ": keys of the kind " + publicKey.getAlgorithm() + " are not supported.");
        }
        requireValid(certificateKey, chain.getFirst(), now);
        PrivateKey key = PemFiles.privateKey(privateKeyKey, files.privateKey(), keyText, publicKey);
        if (!belongTogether(key, publicKey)) {
            throw new Failure(privateKeyKey + ": the key in " + files.privateKey()
                    + " does not belong to the certificate in " + files.certificate() + ".");
        }
        return new TlsPair(chain, key, hash(certificateText, keyText));
    }

    /// What the files hold now, as [#alias] would be; empty while one cannot be read.
    static String hash(TlsConfig.Files files) {
        try {
            return hash(PemFiles.bytes("", files.certificate()), PemFiles.bytes("", files.privateKey()));
        } catch (Failure unreadable) {
            return "";
        }
    }

    Instant expiry() {
        return chain.getFirst().getNotAfter().toInstant();
    }

    private static void requireValid(String key, X509Certificate certificate, Instant now) {
        try {
            certificate.checkValidity(Date.from(now));
        } catch (CertificateExpiredException past) {
            throw new Failure(key + ": the certificate expired at "
                    + certificate.getNotAfter().toInstant() + ".");
        } catch (CertificateNotYetValidException future) {
            throw new Failure(key + ": the certificate is valid only from "
                    + certificate.getNotBefore().toInstant() + " on.");
        }
    }

    private static boolean belongTogether(PrivateKey key, PublicKey publicKey) {
        String kind = publicKey.getAlgorithm();
        try {
            Signature signature = Signature.getInstance(
                    kind.equals("EdDSA") ? kind : "SHA256with" + (kind.equals("EC") ? "ECDSA" : kind));
            byte[] text = {1, 2, 3};
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException doesNotFit) {
            return false;
        }
    }

    private static String hash(byte[] certificate, byte[] key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(certificate);
            digest.update((byte) 0);
            digest.update(key);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
