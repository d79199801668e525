package parley.app.log;

import java.util.logging.LogManager;

/// The JDK's log manager without its reset at the end of the JVM, which would cut off what is logged
/// while the node drains. Made by the JDK, by its name in a system property.
public final class StayingLogManager extends LogManager {
    @Override
    public void reset() {
        // Handlers stay: they hold nothing that must be closed.
    }
}
