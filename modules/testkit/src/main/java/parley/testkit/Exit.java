package parley.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;

/// What is done when the JVM ends, last registered first: servers end before their folders are deleted.
final class Exit {
    @GuardedBy("Exit.class")
    private static final Deque<Runnable> ACTIONS = new ArrayDeque<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Exit::runAll, "testkit-exit"));
    }

    private Exit() {}

    static synchronized void atEnd(Runnable action) {
        ACTIONS.push(action);
    }

    private static synchronized void runAll() {
        while (!ACTIONS.isEmpty()) {
            ACTIONS.pop().run();
        }
    }
}
