package parley.app.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import parley.app.config.SecretFiles;
import parley.app.exit.Failure;

/// Reads certificates and private keys from PEM files (RFC 7468), in the forms that common tools write:
/// keys as `PRIVATE KEY` (PKCS #8), `RSA PRIVATE KEY` (PKCS #1) or `EC PRIVATE KEY` (SEC 1).
final class PemFiles {
    private static final int BYTES_MAX = 256 * 1024;
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ((RSA |EC )?PRIVATE KEY)-----\\s([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private PemFiles() {}

    /// `key` names the setting in the sentence of a [Failure].
    static byte[] bytes(String key, Path file) {
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw new Failure(key + ": the file " + file + " has more than " + BYTES_MAX + " bytes.");
            }
            return Files.readAllBytes(file);
        } catch (IOException fault) {
            throw new Failure(key + ": the file " + file + " cannot be read.", fault);
        }
    }

    /// The server's own certificate first; at least one.
    static List<X509Certificate> certificates(String key, Path file, byte[] text) {
        try {
            List<X509Certificate> chain =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(text))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (chain.isEmpty()) {
                throw new Failure(key + ": the file " + file + " holds no certificate in PEM form.");
            }
            return chain;
        } catch (GeneralSecurityException fault) {
            throw new Failure(key + ": the file " + file + " holds no certificates in PEM form.", fault);
        }
    }

    /// The private key that belongs to a certificate with `publicKey`; others than its owner may not
    /// touch the file.
    static PrivateKey privateKey(String key, Path file, byte[] text, PublicKey publicKey) {
        SecretFiles.requirePrivate(key, file);
        Matcher found = KEY.matcher(new String(text, StandardCharsets.ISO_8859_1));
        if (!found.find()) {
            throw new Failure(key + ": the file " + file
                    + " holds no private key in PEM form without a password (-----BEGIN PRIVATE KEY-----).");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(found.group(3));
            byte[] pkcs8 = found.group(2) == null ? der : asPkcs8(der, publicKey);
            return KeyFactory.getInstance(publicKey.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException | IllegalArgumentException fault) {
            throw new Failure(
                    key + ": the key in " + file + " is not of the certificate's kind, " + publicKey.getAlgorithm()
                            + ".",
                    fault);
        }
    }

    /// PKCS #8 is the older forms with the key's algorithm before them, and the certificate names that
    /// algorithm in the same words.
    private static byte[] asPkcs8(byte[] key, PublicKey publicKey) {
        byte[] info = publicKey.getEncoded();
        int algorithm = contentAt(info, 0);
        int end = contentAt(info, algorithm) + lengthAt(info, algorithm);
        return element(
                SEQUENCE, joined(VERSION_0, Arrays.copyOfRange(info, algorithm, end), element(OCTET_STRING, key)));
    }

    /// Where the content of the DER element at `at` begins.
    private static int contentAt(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int lengthAt(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        int length = first < 0x80 ? first : 0;
        for (int i = at + 2; i < contentAt(der, at); i++) {
            length = length << 8 | (der[i] & 0xff);
        }
        return length;
    }

    private static byte[] element(int tag, byte[] content) {
        int length = content.length;
        byte[] head = length < 0x80
                ? new byte[] {(byte) tag, (byte) length}
                : new byte[] {(byte) tag, (byte) 0x83, (byte) (length >>> 16), (byte) (length >>> 8), (byte) length};
        return joined(head, content);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
