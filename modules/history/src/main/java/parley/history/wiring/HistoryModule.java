package parley.history.wiring;

import io.micrometer.core.instrument.MeterRegistry;
import parley.history.Admission;
import parley.history.History;
import parley.history.Projection;
import parley.history.Traces;
import parley.history.internal.MySqlHistory;
import parley.history.internal.store.SqlTraces;
import parley.kernel.Database;

/// The running log of one node.
public final class HistoryModule implements AutoCloseable {
    private final MySqlHistory history;
    private final Traces traces;

    private HistoryModule(MySqlHistory history, Traces traces) {
        this.history = history;
        this.traces = traces;
    }

    /// Reads (the first start: makes) the data set's epoch, reads the database's durability settings,
    /// and starts the lanes. The tables must exist (`db/history`). Blocks; throws
    /// [parley.kernel.Unavailable] when the database does not answer.
    public static HistoryModule create(
            Database database,
            HistoryConfig config,
            Admission admission,
            Projection projection,
            MeterRegistry registry) {
        return new HistoryModule(
                new MySqlHistory(database, config, admission, projection, registry), new SqlTraces(database));
    }

    public History history() {
        return history;
    }

    public Traces traces() {
        return traces;
    }

    /// Takes no more appends, answers all that were accepted, ends the threads and closes the lanes'
    /// connections. Blocks for the answer time at most.
    @Override
    public void close() {
        history.close();
    }
}
