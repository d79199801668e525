package parley.history.internal.lane;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import parley.history.Entry;
import parley.history.internal.store.Epoch;

/// The newest commit of each lane, against which every new connection that reads is held. Behind it may
/// be a server that took over and lacks the newest commits; what is read there is no state of this epoch,
/// and lanes take a moment to be sure of that and to end it. Thread-safe.
public final class NewestCommits {
    private final Epoch epoch;
    private final AtomicReferenceArray<@Nullable Entry> newest;

    public NewestCommits(Epoch epoch, int lanes) {
        this.epoch = epoch;
        this.newest = new AtomicReferenceArray<>(lanes);
    }

    /// What the lane with this number is held to.
    Witness witness(int lane) {
        return new Witness(epoch, entry -> newest.set(lane, entry));
    }

    /// Throws as a lost connection when nothing may be read on `connection`, for now or for good.
    public void testify(Connection connection) throws SQLException {
        if (!epoch.isOver()) {
            epoch.look(connection);
        }
        if (epoch.isOver()) {
            throw new SQLTransientConnectionException("the epoch of this node is over");
        }
        Optional<String> evidence = Witness.contradiction(connection, known());
        if (evidence.isPresent()) {
            throw new SQLTransientConnectionException("the server lacks what was committed: " + evidence.get());
        }
    }

    private List<Entry> known() {
        List<Entry> known = new ArrayList<>();
        for (int lane = 0; lane < newest.length(); lane++) {
            Entry entry = newest.get(lane);
            if (entry != null) {
                known.add(entry);
            }
        }
        return known;
    }
}
