package parley.messaging.internal.member;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import parley.history.AppendResult.Committed;
import parley.history.Projection;
import parley.kernel.Dialect;

/// Writes what committed entries change in this module's tables, and tells of commits. Thread-safe.
public final class MemberProjection implements Projection {
    private final ProjectionRows rows;
    private final AtomicReference<Consumer<List<Committed>>> listener = new AtomicReference<>(batch -> {});

    public MemberProjection(Dialect dialect) {
        this.rows = new ProjectionRows(dialect);
    }

    /// Names who hears of commits; until then nothing is appended, since only this module appends.
    public void onCommit(Consumer<List<Committed>> committed) {
        listener.set(committed);
    }

    @Override
    public void project(Connection connection, List<Committed> batch) throws SQLException {
        rows.write(connection, BatchChanges.of(batch));
    }

    @Override
    public void committed(List<Committed> batch) {
        listener.get().accept(batch);
    }
}
