package parley.verify.internal.report;

/// How long things took, in classes a tenth apart. Used by one thread.
final class Latencies {
    private static final double STEP = Math.log(1.1);
    private static final int CLASSES = 180;

    private final int[] counts = new int[CLASSES];
    private int count;
    private double most;

    void add(double millis) {
        int of = millis <= 0.01 ? 0 : (int) (Math.log(millis / 0.01) / STEP);
        counts[Math.min(CLASSES - 1, of)]++;
        count++;
        most = Math.max(most, millis);
    }

    int count() {
        return count;
    }

    double most() {
        return most;
    }

    /// In milliseconds; 0 for nothing.
    double percentile(double percent) {
        long wanted = (long) Math.ceil(count * percent / 100);
        long seen = 0;
        for (int i = 0; i < CLASSES; i++) {
            seen += counts[i];
            if (count > 0 && seen >= wanted) {
                return Math.min(most, 0.01 * Math.exp(STEP * (i + 1)));
            }
        }
        return 0;
    }
}
