package parley.history.internal;

import java.time.Duration;
import parley.history.internal.hot.HotWindow;
import parley.history.internal.lane.Lanes;
import parley.history.wiring.HistoryConfig.LaneLimits;
import parley.kernel.Health;
import parley.kernel.Probe;

/// Whether the lanes get their batches through, and whether the database kept what it had.
final class LogProbe implements Probe {
    private final Lanes lanes;
    private final LaneLimits limits;
    private final HotWindow hot;

    LogProbe(Lanes lanes, LaneLimits limits, HotWindow hot) {
        this.lanes = lanes;
        this.limits = limits;
        this.hot = hot;
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
        if (hot.hasSeenRollback()) {
            return Health.degraded("the database lost entries that it had committed; give the data set a new epoch");
        }
        return Health.up();
    }
}
