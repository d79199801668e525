package parley.history;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// A port, implemented by `messaging`: what committed entries change elsewhere.
public interface Projection {

    /// Writes what the batch changes in other tables (members, titles, senders' markers), inside the
    /// transaction of the append and on its connection, with as few statements as possible. Called once
    /// per batch, in the order of the numbers within each conversation. Only writes, never refuses; may
    /// run twice for the same batch when the first transaction was rolled back.
    void project(Connection connection, List<AppendResult.Committed> batch) throws SQLException;

    /// The batch is durable. Called on the lane's thread after the commit and before the senders are
    /// answered, once per commit and in commit order within each conversation; must hand over at once
    /// and never block or throw.
    void committed(List<AppendResult.Committed> batch);
}
