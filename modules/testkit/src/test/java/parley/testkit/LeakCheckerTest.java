package parley.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class LeakCheckerTest {
    @Test
    void seesPlatformAndVirtualThreads() throws InterruptedException {
        // A leak is a live thread of either kind that was not there before.
        CountDownLatch end = new CountDownLatch(1);
        Thread platform = Thread.ofPlatform().name("left-platform").start(() -> await(end));
        Thread virtual = Thread.ofVirtual().name("left-virtual").start(() -> await(end));
        try {
            Await.until("both are seen", () -> {
                Map<Long, String> seen = LeakChecker.threads();
                return seen.containsValue("left-platform") && seen.containsValue("left-virtual");
            });
        } finally {
            end.countDown();
            platform.join();
            virtual.join();
        }
        Await.until("neither is seen", () -> {
            Map<Long, String> seen = LeakChecker.threads();
            return !seen.containsValue("left-platform") && !seen.containsValue("left-virtual");
        });
        assertTrue(LeakChecker.threads().containsKey(Thread.currentThread().threadId()));
    }

    private static void await(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
