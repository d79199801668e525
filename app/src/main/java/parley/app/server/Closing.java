package parley.app.server;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;

/// What must be closed, last opened first. A fault of one does not keep the others open. Used by one
/// thread at a time.
final class Closing implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Closing.class.getName());

    private final Deque<Step> steps = new ArrayDeque<>();

    /// How one thing is closed.
    interface Action {
        void run() throws Exception;
    }

    private record Step(String name, Action action) {}

    void add(String name, Action action) {
        steps.push(new Step(name, action));
    }

    @Override
    public void close() {
        while (!steps.isEmpty()) {
            Step step = steps.pop();
            try {
                step.action().run();
            } catch (Exception fault) {
                LOG.log(Level.WARNING, "could not close: " + step.name(), fault);
            }
        }
    }
}
