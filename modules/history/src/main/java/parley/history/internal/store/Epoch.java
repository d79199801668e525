package parley.history.internal.store;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The epoch that this node works in, and whether it still holds: it ends when the data set got another
/// one, by an operator or by a node that found the database to lack what it had committed. Thread-safe.
public final class Epoch {
    private static final Logger LOG = System.getLogger(Epoch.class.getName());

    private final String own;
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final AtomicBoolean isTold = new AtomicBoolean();
    private volatile @Nullable Runnable atEnd;

    public Epoch(String own) {
        this.own = own;
    }

    /// `ending` is called once, at the end; at once when it has come already. It must hand over at once.
    public void atEnd(Runnable ending) {
        atEnd = ending;
        tell();
    }

    private void tell() {
        Runnable ending = atEnd;
        if (ending != null && isOver.get() && isTold.compareAndSet(false, true)) {
            ending.run();
        }
    }

    /// True once nothing may be appended by this node any more.
    public boolean isOver() {
        return isOver.get();
    }

    /// Reads the data set's epoch and compares.
    public void look(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select epoch from history_dataset where id = 1");
                ResultSet row = select.executeQuery()) {
            if (row.next() && !row.getString(1).equals(own)) {
                end("the data set has a new epoch");
            }
        }
    }

    /// The server behind `connection`, on which nothing is under way, lacks what this node had committed,
    /// as `evidence` says: numbers of lost entries may be given out again, so positions of this epoch mean
    /// nothing any more. The new epoch is given there and nowhere else: other connections may still lead to
    /// the former server. Throws when none can be given now, and may be told again.
    public void lost(Connection connection, String evidence) throws SQLException {
        LOG.log(
                Level.ERROR,
                "the database lost entries that it had committed: {0}; the data set gets a new epoch, and clients begin"
                        + " again",
                evidence);
        boolean unused = Dataset.renew(connection, own);
        connection.commit();
        look(connection);
        if (!isOver()) {
            throw new SQLTransientConnectionException("no new epoch was given");
        }
    }

    private void end(String why) {
        if (isOver.compareAndSet(false, true)) {
            LOG.log(Level.WARNING, "the epoch of this node is over: {0}", why);
            tell();
        }
    }
}
