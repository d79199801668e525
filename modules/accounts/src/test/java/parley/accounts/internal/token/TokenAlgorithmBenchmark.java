package parley.accounts.internal.token;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import parley.accounts.Tokens.VerifyResult.Verified;
import parley.kernel.AccountId;
import parley.kernel.DeviceId;

/// What signing and checking a token costs on this JDK, by algorithm: the figures of decision 6. To be
/// run by hand, with the class path of this module's tests.
final class TokenAlgorithmBenchmark {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 7;
    private static final Duration ROUND = Duration.ofMillis(400);

    private TokenAlgorithmBenchmark() {}

    private record Algorithm(String name, String keys, int bits, String curve, String signature) {}

    private static final List<Algorithm> ALGORITHMS = List.of(
            new Algorithm("RS256, 2048 bits", "RSA", 2048, "", "SHA256withRSA"),
            new Algorithm("RS256, 3072 bits", "RSA", 3072, "", "SHA256withRSA"),
            new Algorithm("ES256", "EC", 0, "secp256r1", "SHA256withECDSAinP1363Format"),
            new Algorithm("EdDSA (Ed25519)", "Ed25519", 0, "", "Ed25519"));

    private interface Step {
        boolean run() throws GeneralSecurityException;
    }

    public static void main(String[] arguments) throws GeneralSecurityException {
        print("| algorithm | sign | check | signature |");
        print("|---|---|---|---|");
        for (Algorithm algorithm : ALGORITHMS) {
            measure(algorithm);
        }
        SigningKey key = SigningKey.generate(1, 0);
        KeyRing keys = new KeyRing(List.of(key));
        AccessTokens tokens = new AccessTokens("parley");
        Instant now = Instant.now();
        String token = tokens.issue(key, new AccountId(1L << 60), new DeviceId(1L << 61), now, Duration.ofMinutes(15))
                .reveal();
        print("a whole token of " + token.length() + " bytes checked: "
                + micros(() -> tokens.check(keys, token, now) != null));
        VerifiedTokens verified = new VerifiedTokens(1_000, Duration.ofMinutes(15));
        verified.put(VerifiedTokens.Key.of(token), (Verified) tokens.check(keys, token, now));
        print("a remembered one: " + micros(() -> verified.get(VerifiedTokens.Key.of(token)) != null));
    }

    private static void measure(Algorithm algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm.keys());
        if (algorithm.bits() > 0) {
            generator.initialize(algorithm.bits());
        } else if (!algorithm.curve().isEmpty()) {
            generator.initialize(new ECGenParameterSpec(algorithm.curve()));
        }
        KeyPair pair = generator.generateKeyPair();
        byte[] text = "x".repeat(300).getBytes(StandardCharsets.US_ASCII);
        byte[] signed = sign(algorithm, pair, text);
        String signing = micros(() -> sign(algorithm, pair, text).length > 0);
        String checking = micros(() -> {
            Signature signature = Signature.getInstance(algorithm.signature());
            signature.initVerify(pair.getPublic());
            signature.update(text);
            return signature.verify(signed);
        });
        print("| " + algorithm.name() + " | " + signing + " | " + checking + " | " + signed.length + " B |");
    }

    private static byte[] sign(Algorithm algorithm, KeyPair pair, byte[] text) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm.signature());
        signature.initSign(pair.getPrivate());
        signature.update(text);
        return signature.sign();
    }

    /// CPU time of one step, in the best of some rounds; so a machine that does other things disturbs less.
    private static String micros(Step step) throws GeneralSecurityException {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long begin = THREADS.getCurrentThreadCpuTime();
            int count = 0;
            while (THREADS.getCurrentThreadCpuTime() - begin < ROUND.toNanos()) {
                if (!step.run()) {
                    throw new IllegalStateException("the step failed");
                }
                count++;
            }
            best = Math.min(best, (THREADS.getCurrentThreadCpuTime() - begin) / 1e3 / count);
        }
        return String.format(Locale.ROOT, best < 10 ? "%.1f us" : "%.0f us", best);
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
