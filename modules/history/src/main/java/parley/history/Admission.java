package parley.history;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A port, implemented by `messaging`: authorises an append once more, under the lock of its
/// conversation's head, when the members changed since it was authorised, and every append that changes
/// an earlier message.
public interface Admission {

    /// Why not, in the terms of the module that implements this port.
    interface Refusal {}

    sealed interface Verdict {
        /// Write these entries (as asked, or fewer); none at all = nothing is left to do.
        record Admitted(List<NewEntry> entries) implements Verdict {}

        record Refused(Refusal refusal) implements Verdict {}
    }

    /// What an append wants to change, as it stands under the lock. `entry` is the current state of its
    /// target, null when the log has no such entry. `hasReacted`: the author's reaction that the append
    /// names is there. `time` is that of the entries to be written.
    record Target(@Nullable Entry entry, boolean hasReacted, long time) {}

    /// Called on a lane's thread, inside its transaction, on its connection, which sees all that is
    /// committed and all that earlier appends of this conversation changed. Must only read, with few
    /// statements by primary key, and must not wait for anything else.
    Verdict admit(Connection connection, Head head, Append append) throws SQLException;

    /// The same for an append whose one entry revises an earlier one: whether that is allowed, and the
    /// entry with what it states. Only a message that was not recalled may be edited or reacted to; a
    /// recall may also have the entry of a reaction as its target, which loses its detail then.
    Verdict admitRevision(Connection connection, Head head, Append append, Target target) throws SQLException;
}
