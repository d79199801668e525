package parley.sessions.internal.presence;

/// A rate: so many units a second, and as many as `burst` at once. What is taken may exceed what is
/// there; the debt is paid before anything is taken again. Time is passed in and may stand still. Not
/// thread-safe.
final class Allowance {
    private final int perSecond;
    private final int burst;
    private double units;
    private long at;

    Allowance(int perSecond, int burst, long nowMillis) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.units = burst;
        this.at = nowMillis;
    }

    /// Whether at least one unit is there.
    boolean isThere(long nowMillis) {
        refill(nowMillis);
        return units >= 1;
    }

    void take(long count) {
        units -= count;
    }

    boolean isFull(long nowMillis) {
        refill(nowMillis);
        return units >= burst;
    }

    private void refill(long nowMillis) {
        if (nowMillis > at) {
            units = Math.min(burst, units + (nowMillis - at) * perSecond / 1_000.0);
            at = nowMillis;
        }
    }
}
