package parley.history.internal.store;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// HMAC-SHA256 under one key. Thread-safe: every sum works on a copy of the keyed prototype, which is
/// much cheaper than keying anew.
public final class KeyedMac {
    private static final String ALGORITHM = "HmacSHA256";

    private final Mac prototype;

    public KeyedMac(byte[] key) {
        try {
            prototype = Mac.getInstance(ALGORITHM);
            prototype.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, missing);
        }
    }

    public Sum begin() {
        try {
            return new Sum((Mac) prototype.clone());
        } catch (CloneNotSupportedException unexpected) {
            throw new IllegalStateException("this Java cannot copy a " + ALGORITHM, unexpected);
        }
    }

    /// One MAC in the making; for one thread.
    public static final class Sum {
        private final Mac mac;

        private Sum(Mac mac) {
            this.mac = mac;
        }

        public void add(byte[] bytes) {
            mac.update(bytes);
        }

        public void add(byte[] bytes, int from, int length) {
            mac.update(bytes, from, length);
        }

        public byte[] end() {
            return mac.doFinal();
        }
    }
}
