package parley.app.system;

import java.util.Arrays;
import java.util.Locale;

/// Durations that were measured. Not thread-safe.
final class Samples {
    private static final int FIRST_ROOM = 1_024;

    private long[] nanos = new long[FIRST_ROOM];
    private int count;

    void add(long value) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = value;
    }

    int count() {
        return count;
    }

    /// In milliseconds; 0 where nothing was measured. `share`: 0.5 is the median, 1 the greatest.
    double at(double share) {
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return count == 0 ? 0 : sorted[(int) Math.min(count - 1L, (long) (count * share))] / 1e6;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d, p50 %.2f p99 %.2f p99.9 %.2f max %.1f ms",
                count,
                at(0.5),
                at(0.99),
                at(0.999),
                at(1));
    }
}
