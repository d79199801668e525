package parley.app.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

final class FloodGateTest {
    private final AtomicLong nanos = new AtomicLong(5);
    private final FloodGate gate = new FloodGate(nanos::get);

    @Test
    void aLibraryThatIsProvokedFillsNoDisk() {
        // I7: everything has a limit. A thousand broken request lines once wrote more than a megabyte.
        assertEquals(FloodGate.RECORDS_MAX, passed("io.helidon.webserver", 1_000));
        assertEquals(FloodGate.RECORDS_MAX, passed("io.helidon.other", 1_000));
        nanos.addAndGet(FloodGate.WINDOW.toNanos() - 1);
        assertEquals(0, passed("io.helidon.webserver", 10));
        nanos.addAndGet(1);
        assertEquals(10, passed("io.helidon.webserver", 10));
    }

    @Test
    void whatParleySaysPasses() {
        // Promise: an operator misses none of Parley's own records.
        assertEquals(1_000, passed("parley.app.Main", 1_000));
        assertTrue(gate.isLoggable(new LogRecord(Level.INFO, "no logger")));
    }

    private int passed(String logger, int records) {
        int passed = 0;
        for (int i = 0; i < records; i++) {
            LogRecord record = new LogRecord(Level.WARNING, "text");
            record.setLoggerName(logger);
            passed += gate.isLoggable(record) ? 1 : 0;
        }
        return passed;
    }
}
