package parley.app.wiring;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;

/// What must be closed, last opened first. A fault of one does not keep the others open. Used by one
/// thread at a time.
public final class Closing implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Closing.class.getName());

    private final Deque<Step> steps = new ArrayDeque<>();

    private record Step(String name, AutoCloseable resource) {}

    /// Remembers `resource`; `name` is for the log.
    public <T extends AutoCloseable> T add(String name, T resource) {
        steps.push(new Step(name, resource));
        return resource;
    }

    @Override
    public void close() {
        while (!steps.isEmpty()) {
            Step step = steps.pop();
            try {
                step.resource().close();
            } catch (Exception fault) {
                LOG.log(Level.WARNING, "could not close: " + step.name(), fault);
            }
        }
    }
}
