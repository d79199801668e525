package parley.history.wiring;

import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import parley.history.Admission;
import parley.history.History;
import parley.history.Projection;
import parley.history.Traces;
import parley.history.internal.MySqlHistory;
import parley.history.internal.store.Dataset;
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

    /// Calls `ending` once, on a thread of the log, when its epoch is over: the data set got another one, by
    /// [#renewEpoch] or because this node or another found that the database lost entries. From then on
    /// every append is answered [parley.history.AppendResult.Busy], and what is in memory may be of a past
    /// that the database does not have: the node should begin again. `ending` must hand over at once.
    public void atEndOfEpoch(Runnable ending) {
        history.atEndOfEpoch(ending);
    }

    /// Whoever opens connections for reading holds each new one against this before it serves. Throws when
    /// the server behind `connection` lacks what this node has committed, or when the epoch of this node is
    /// over: what is read there would be told under an epoch to which it does not belong. The lanes, whose
    /// connections are their own, meanwhile find out whether the epoch must end. Blocks for some statements.
    public void testify(Connection connection) throws SQLException {
        history.testify(connection);
    }

    /// The epoch of the data set in `database`; made when there is none yet. Blocks.
    public static String epoch(Database database) {
        return Dataset.open(database).epoch();
    }

    /// Gives the data set a new epoch and answers it; running nodes notice within seconds. Blocks.
    public static String renewEpoch(Database database) {
        String old = epoch(database);
        boolean unused = database.<Boolean>transact(connection -> Dataset.renew(connection, old));
        return epoch(database);
    }

    /// Takes no more appends, answers all that were accepted, ends the threads and closes the lanes'
    /// connections. Blocks for the answer time at most.
    @Override
    public void close() {
        history.close();
    }
}
