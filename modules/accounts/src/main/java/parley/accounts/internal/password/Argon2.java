package parley.accounts.internal.password;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import parley.kernel.Secret;

/// Argon2id (RFC 9106) with stated costs, kept as a PHC string:
/// `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`. Pure but for its random salts; one call takes its memory
/// and some tens of milliseconds.
record Argon2(int memoryKib, int passes, int lanes) {
    /// The least that OWASP's password storage cheat sheet recommends for Argon2id.
    static final Argon2 CURRENT = new Argon2(19 * 1024, 2, 1);

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder TO_TEXT = Base64.getEncoder().withoutPadding();
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    /// A PHC string with a new salt.
    String hash(Secret password) {
        byte[] salt = random(SALT_BYTES);
        return phc(salt, derive(password, salt, HASH_BYTES));
    }

    /// A PHC string that no password matches, as costly to check as a real one.
    String decoy() {
        return phc(random(SALT_BYTES), random(HASH_BYTES));
    }

    /// Whether `phc` was made from `password`; costs what `phc` says. Anything that is not a PHC string
    /// of Argon2id is an [IllegalStateException]: only our own strings come here.
    static boolean matches(Secret password, String phc) {
        String[] part = parts(phc);
        byte[] expected = Base64.getDecoder().decode(part[5]);
        byte[] actual = costs(part).derive(password, Base64.getDecoder().decode(part[4]), expected.length);
        return MessageDigest.isEqual(expected, actual);
    }

    /// Whether `phc` was made at these costs.
    boolean made(String phc) {
        return equals(costs(parts(phc)));
    }

    private String phc(byte[] salt, byte[] hash) {
        return "$argon2id$v=19$m=" + memoryKib + ",t=" + passes + ",p=" + lanes + "$" + TO_TEXT.encodeToString(salt)
                + "$" + TO_TEXT.encodeToString(hash);
    }

    private byte[] derive(Secret password, byte[] salt, int length) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib)
                .withIterations(passes)
                .withParallelism(lanes)
                .withSalt(salt)
                .build());
        byte[] hash = new byte[length];
        int unused = generator.generateBytes(password.reveal().getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static String[] parts(String phc) {
        String[] part = phc.split("\\$", -1);
        if (part.length != 6 || !part[1].equals("argon2id") || !part[2].equals("v=19")) {
            throw new IllegalStateException("not a PHC string of Argon2id");
        }
        return part;
    }

    private static Argon2 costs(String[] part) {
        String[] cost = part[3].split(",", -1);
        if (cost.length != 3) {
            throw new IllegalStateException("not the costs of Argon2id");
        }
        return new Argon2(cost(cost[0], "m="), cost(cost[1], "t="), cost(cost[2], "p="));
    }

    private static int cost(String text, String name) {
        if (!text.startsWith(name)) {
            throw new IllegalStateException("not the costs of Argon2id");
        }
        return Integer.parseInt(text.substring(name.length()));
    }
}
