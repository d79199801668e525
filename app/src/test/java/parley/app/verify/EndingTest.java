package parley.app.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import parley.testkit.Await;

final class EndingTest {
    private final List<String> said = new ArrayList<>();

    @Test
    void theProgramWaitsUntilTheWorkHasEndedInOrder() throws InterruptedException {
        // SIGTERM: what the run does at its end is done before the program is over.
        AtomicBoolean isCleaned = new AtomicBoolean();
        Ending[] ending = new Ending[1];
        CountDownLatch begun = new CountDownLatch(1);
        Thread worker = Thread.ofVirtual().start(() -> {
            try (Ending one = new Ending(said::add, Duration.ofSeconds(30))) {
                ending[0] = one;
                begun.countDown();
                boolean unused = new CountDownLatch(1).await(1, TimeUnit.HOURS);
            } catch (InterruptedException told) {
                throw new IllegalStateException(told);
            } finally {
                isCleaned.set(true);
            }
        });
        begun.await();
        ending[0].told();
        worker.join();
        assertTrue(isCleaned.get());
        assertEquals(1, said.size(), said.toString());
    }

    @Test
    void itWaitsForABoundedTime() {
        // Whatever hangs: the program ends, and says what to do.
        try (Ending hangs = new Ending(said::add, Duration.ofMillis(1))) {
            Thread hook = Thread.ofPlatform().start(hangs::told);
            Await.until("the hook gives up", () -> !hook.isAlive());
            assertTrue(Thread.interrupted(), "the work was told");
            assertTrue(said.getLast().contains("verify --clean"), said.toString());
        }
    }
}
