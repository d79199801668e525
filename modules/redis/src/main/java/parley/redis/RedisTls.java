package parley.redis;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// PEM files for a Redis with TLS. `trustFile`: the authorities that its certificate may come from,
/// empty = those that the JVM trusts. `certificate` and `privateKey` (PKCS #8, without a password): what
/// this node shows of itself, both empty where Redis does not ask (`tls-auth-clients no`).
public record RedisTls(Optional<Path> trustFile, Optional<Path> certificate, Optional<Path> privateKey) {
    public static final RedisTls NONE = new RedisTls(Optional.empty(), Optional.empty(), Optional.empty());

    /// Throws [IllegalArgumentException] where this does not go with `place`, or a file cannot be read.
    void check(RedisPlace place) {
        check("redis.trust-file", trustFile, place);
        check("redis.certificate", certificate, place);
        check("redis.private-key", privateKey, place);
        if (certificate.isPresent() != privateKey.isPresent()) {
            throw new IllegalArgumentException("redis.certificate and redis.private-key must both be set, or neither");
        }
    }

    private static void check(String key, Optional<Path> file, RedisPlace place) {
        if (file.isPresent() && !place.isEncrypted()) {
            throw new IllegalArgumentException(
                    key + " is for TLS only: redis.url must begin with rediss, not '" + place.scheme() + "'");
        }
        if (file.isPresent() && !Files.isReadable(file.get())) {
            throw new IllegalArgumentException(key + " must be a PEM file that can be read, not '" + file.get() + "'");
        }
    }
}
