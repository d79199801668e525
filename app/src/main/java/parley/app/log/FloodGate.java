package parley.app.log;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/// Lets libraries write so many records a minute and logger, and says how many it left out. What a
/// library logs may be provoked by anybody from outside, such as a request line that is none; nobody
/// shall fill the disk with it. Parley's own records all pass. Thread-safe.
final class FloodGate implements Filter {
    /// Records of one logger in one [#WINDOW].
    static final int RECORDS_MAX = 20;

    static final Duration WINDOW = Duration.ofMinutes(1);

    private static final String OWN = "parley.";
    private static final System.Logger LOG = System.getLogger(FloodGate.class.getName());

    /// By the name of the logger, of which there are as many as the libraries have.
    private final Map<String, Window> windows = new ConcurrentHashMap<>();

    private final LongSupplier nanos;

    /// `nanos` is a clock that never goes back.
    FloodGate(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /// What one logger wrote since `began`.
    private record Window(long began, int records) {}

    @Override
    public boolean isLoggable(LogRecord record) {
        String logger = record.getLoggerName();
        if (logger == null || logger.startsWith(OWN)) {
            return true;
        }
        long now = nanos.getAsLong();
        int[] leftOut = {0};
        Window window = windows.compute(logger, (name, before) -> {
            if (before != null && now - before.began < WINDOW.toNanos()) {
                return new Window(
                        before.began, before.records == Integer.MAX_VALUE ? before.records : before.records + 1);
            }
            leftOut[0] = before == null ? 0 : Math.max(0, before.records - RECORDS_MAX);
            return new Window(now, 1);
        });
        if (leftOut[0] > 0) {
            LOG.log(Level.WARNING, "{0} records of {1} were left out", leftOut[0], logger);
        }
        return window.records <= RECORDS_MAX;
    }
}
