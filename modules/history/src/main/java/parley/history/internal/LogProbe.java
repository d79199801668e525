package parley.history.internal;

import java.time.Duration;
import parley.history.internal.hot.HotWindow;
import parley.history.internal.lane.Lanes;
import parley.history.internal.store.Epoch;
import parley.history.wiring.HistoryConfig.LaneLimits;
import parley.kernel.Health;
import parley.kernel.Probe;

/// Whether the lanes get their batches through, and whether the database kept what it had.
final class LogProbe implements Probe {
    private final Lanes lanes;
    private final LaneLimits limits;
    private final HotWindow hot;
    private final Epoch epoch;

    LogProbe(Lanes lanes, LaneLimits limits, HotWindow hot, Epoch epoch) {
        this.lanes = lanes;
        this.limits = limits;
        this.hot = hot;
        this.epoch = epoch;
    }

    @Override
    public String name() {
        return "history";
    }

    @Override
    public Health check() {
        if (epoch.isOver()) {
            return Health.down("the data set has a new epoch, and this node begins again");
        }
        Duration slowest = lanes.slowest();
        if (slowest.compareTo(limits.queueWaitMax()) > 0) {
            return Health.down(
                    "a batch of appends has been waiting for the database for " + slowest.toMillis() + " ms");
        }
        if (hot.hasSeenRollback()) {
            return Health.degraded(
                    "the database lost entries that it had committed; give the data set a new epoch (parley epoch --renew)");
        }
        return Health.up();
    }
}
