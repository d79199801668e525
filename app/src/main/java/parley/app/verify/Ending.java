package parley.app.verify;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Lets the work of the thread that made it end in order when the program is told to end (Ctrl-C, SIGTERM):
/// interrupts that thread, and keeps the program until the work is closed, for a bounded time.
public final class Ending implements AutoCloseable {
    /// Less than service managers wait before they kill.
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Thread worker = Thread.currentThread();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Consumer<String> says;
    private final Duration longest;
    private final Thread hook = new Thread(this::told, "verify-end");

    Ending(Consumer<String> says, Duration longest) {
        this.says = says;
        this.longest = longest;
    }

    /// From now until it is closed. `says` takes lines for whoever watches.
    public static Ending begin(Consumer<String> says) {
        Ending ending = new Ending(says, LONGEST);
        Runtime.getRuntime().addShutdownHook(ending.hook);
        return ending;
    }

    /// The program was told to end. Blocks until the work is closed, or time is up.
    void told() {
        says.accept(
                "told to end: heals what is broken and removes its people, for up to " + longest.toSeconds() + " s");
        worker.interrupt();
        try {
            if (!over.await(longest.toMillis(), TimeUnit.MILLISECONDS)) {
                says.accept(
                        "that was not done in time: what was broken may still be, and 'verify --clean' removes the people"
                                + " that are left");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        over.countDown();
        try {
            boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ends) {
            // The hook runs, and waits for this.
        }
    }
}
