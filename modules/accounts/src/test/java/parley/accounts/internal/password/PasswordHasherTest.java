package parley.accounts.internal.password;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import parley.accounts.internal.password.PasswordHasher.Check;
import parley.kernel.Secret;
import parley.testkit.Await;

final class PasswordHasherTest {
    private static final Secret PASSWORD = new Secret("correct horse battery");

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    @Test
    void aFloodOfPasswordsIsRefusedWhenTheQueueIsFull() throws Exception {
        // Promise (S5): at most `threads` hashes at once and `queue` waiting; the rest is refused at once.
        int refused = 0;
        try (PasswordHasher hasher = new PasswordHasher(2, 8, metrics);
                ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Optional<Check>>> calls = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                calls.add(people.submit(() -> hasher.check(PASSWORD, null)));
            }
            for (Future<Optional<Check>> call : calls) {
                refused += call.get().isEmpty() ? 1 : 0;
            }
        }

        assertTrue(refused >= 100, "refused " + refused);
        assertEquals(
                200 - refused,
                metrics.get("parley.accounts.password.hash").timer().count());
        assertEquals(refused, (int)
                metrics.get("parley.accounts.password.refused").counter().count());
    }

    @Test
    void hashingRunsOnPlatformThreadsOfItsOwnThatGoAwayWhenIdle() {
        // Promise: no hash runs on a thread that serves people, and an idle server keeps no hashing thread.
        try (PasswordHasher hasher = new PasswordHasher(2, 8, metrics)) {
            assertFalse(hasher.check(PASSWORD, null).orElseThrow().matches());
            // Those of an earlier hasher are on their way out.
            Await.until(
                    "one thread",
                    () -> Thread.getAllStackTraces().keySet().stream()
                                    .filter(thread -> thread.getName().startsWith("password-hash-"))
                                    .count()
                            == 1);
        }
    }

    @Test
    void aPasswordAtOldCostsIsRenewedWhenItMatches() {
        // Promise (S5): parameters are stored, and a password is hashed again at sign-in when they changed.
        String old = new Argon2(64, 1, 1).hash(PASSWORD);
        try (PasswordHasher hasher = new PasswordHasher(1, 8, metrics)) {
            Check right = hasher.check(PASSWORD, old).orElseThrow();
            assertTrue(right.matches());
            assertNotNull(right.renewed());
            assertTrue(Argon2.CURRENT.made(right.renewed()));
            assertNull(hasher.check(PASSWORD, right.renewed()).orElseThrow().renewed());

            Check wrong = hasher.check(new Secret("not the password"), old).orElseThrow();
            assertFalse(wrong.matches());
            assertNull(wrong.renewed());
        }
    }
}
