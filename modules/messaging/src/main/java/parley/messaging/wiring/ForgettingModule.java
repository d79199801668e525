package parley.messaging.wiring;

import io.micrometer.core.instrument.MeterRegistry;
import parley.accounts.Deletions;
import parley.history.History;
import parley.history.Traces;
import parley.kernel.Database;
import parley.messaging.internal.forget.Forgetting;
import parley.messaging.internal.forget.LogRemoval;

/// This node's part in removing deleted accounts from conversations: one background thread. A part of
/// the module of its own, because it needs the module to run. Close it before the log.
public final class ForgettingModule implements AutoCloseable {
    private final Forgetting forgetting;

    private ForgettingModule(Forgetting forgetting) {
        this.forgetting = forgetting;
    }

    /// Starts it. `history` and `traces` are the log that a [MessagingModule] is connected to.
    public static ForgettingModule start(
            Database database,
            History history,
            Traces traces,
            Deletions deletions,
            ForgettingConfig config,
            MeterRegistry registry) {
        Forgetting forgetting = new Forgetting(
                deletions,
                new LogRemoval(database, history, traces),
                config.after(),
                config.tracesPerSecond(),
                registry);
        forgetting.start();
        return new ForgettingModule(forgetting);
    }

    /// Ends after the step that is under way; another node, or the next start, takes up what is left.
    @Override
    public void close() {
        forgetting.close();
    }
}
