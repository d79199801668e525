package parley.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.accounts.Tokens.SignInResult;
import parley.accounts.wiring.AccountsConfig;
import parley.kernel.Secret;
import parley.testkit.Engine;
import parley.testkit.TestDatabase;

@Tag("alone")
final class SignInTimingIT {
    private static final Secret WRONG = new Secret("not the password");
    private static final int ROUNDS_MAX = 4;

    @Test
    void anUnknownHandleTakesAHashToo() {
        // Promise (S6), coarsely, on any machine: who asks for an unknown handle waits for a hash.
        compare(5, 0.6);
    }

    @Test
    @Tag("faults")
    void anUnknownHandleTakesAsLongAsAWrongPassword() {
        // Promise (S6): medians for known and unknown handles lie within 12 %.
        compare(41, 0.12);
    }

    /// A busy machine may spoil a round.
    private static void compare(int tries, double differenceMax) {
        AccountsConfig usual = AccountsConfig.defaults();
        AccountsConfig patient = new AccountsConfig(
                true,
                usual.issuer(),
                usual.accessTokenLifetime(),
                usual.refreshTokenLifetime(),
                usual.hashThreads(),
                usual.hashQueueMax(),
                10_000,
                10_000,
                usual.attemptWindow(),
                usual.verifiedTokensMax(),
                usual.cachedProfilesMax(),
                usual.blockedMax());
        try (TestDatabase database = TestDatabase.create(Engine.H2, "accounts");
                AccountsNode node = new AccountsNode(database.database(), patient)) {
            String known = node.signUp().handle();
            double difference = 1;
            for (int round = 0; round < ROUNDS_MAX && difference > differenceMax; round++) {
                difference = difference(node, known, tries);
            }
            assertTrue(difference <= differenceMax, "medians differ by " + difference);
        }
    }

    /// Known and unknown handles in turn, so that the machine's moods fall on both.
    private static double difference(AccountsNode node, String known, int tries) {
        long[] ofKnown = new long[tries];
        long[] ofUnknown = new long[tries];
        for (int i = 0; i < tries; i++) {
            ofKnown[i] = nanos(node, known);
            ofUnknown[i] = nanos(node, AccountsNode.newHandle());
        }
        Arrays.sort(ofKnown);
        Arrays.sort(ofUnknown);
        double a = ofKnown[tries / 2];
        double b = ofUnknown[tries / 2];
        assertTrue(a > Duration.ofMillis(1).toNanos(), "a hash was made");
        return Math.abs(a - b) / Math.max(a, b);
    }

    private static long nanos(AccountsNode node, String handle) {
        long begin = System.nanoTime();
        SignInResult result = node.tokens().signIn(handle, WRONG, "phone", AccountsNode.ADDRESS);
        long end = System.nanoTime();
        assertEquals(new SignInResult.Wrong(), result);
        return end - begin;
    }
}
