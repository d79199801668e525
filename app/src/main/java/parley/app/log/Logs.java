package parley.app.log;

import java.util.List;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/// Sets up logging once, before anything logs.
public final class Logs {
    /// Libraries that tell more than an operator wants at the level `info`.
    private static final List<String> QUIET = List.of(
            "io.helidon",
            "org.flywaydb",
            "com.zaxxer.hikari",
            "org.hibernate",
            "io.lettuce",
            "io.netty",
            "reactor",
            "org.mariadb");

    /// Kept here because the logging system forgets settings of loggers that nobody holds.
    private static final List<Logger> HELD =
            QUIET.stream().map(Logger::getLogger).toList();

    private Logs() {}

    /// Names our log manager; must run before the first logger is made.
    public static void claim() {
        String unused = System.setProperty("java.util.logging.manager", StayingLogManager.class.getName());
    }

    /// Sends everything as JSON lines to standard error, from `level` (`error`, `warning`, `info`,
    /// `debug`) up.
    public static void start(String level) {
        Logger root = LogManager.getLogManager().getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        Handler handler = new ConsoleHandler();
        handler.setFormatter(new JsonLines());
        handler.setLevel(Level.ALL);
        handler.setFilter(new FloodGate(System::nanoTime));
        root.addHandler(handler);
        Level least = switch (level) {
            case "error" -> Level.SEVERE;
            case "warning" -> Level.WARNING;
            case "debug" -> Level.FINE;
            default -> Level.INFO;
        };
        root.setLevel(least);
        Level quiet = least.intValue() < Level.INFO.intValue() ? Level.INFO : Level.WARNING;
        HELD.forEach(logger -> logger.setLevel(quiet.intValue() < least.intValue() ? least : quiet));
    }
}
