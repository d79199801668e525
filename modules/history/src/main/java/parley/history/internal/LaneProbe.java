package parley.history.internal;

import java.time.Duration;
import parley.history.internal.lane.Lanes;
import parley.history.wiring.HistoryConfig.LaneLimits;
import parley.kernel.Health;
import parley.kernel.Probe;

/// Whether the lanes get their batches through.
final class LaneProbe implements Probe {
    private final Lanes lanes;
    private final LaneLimits limits;

    LaneProbe(Lanes lanes, LaneLimits limits) {
        this.lanes = lanes;
        this.limits = limits;
    }

    @Override
    public String name() {
        return "history";
    }

    @Override
    public Health check() {
        Duration slowest = lanes.slowest();
        if (slowest.compareTo(limits.queueWaitMax()) > 0) {
            return Health.down(
                    "a batch of appends has been waiting for the database for " + slowest.toMillis() + " ms");
        }
        return Health.up();
    }
}
