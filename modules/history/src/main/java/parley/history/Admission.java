package parley.history;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// A port, implemented by `messaging`: authorises an append once more, under the lock of its
/// conversation's head, when the members changed since it was authorised.
public interface Admission {

    /// Why not, in the terms of the module that implements this port.
    interface Refusal {}

    sealed interface Verdict {
        /// Write these entries (as asked, or fewer); none at all = nothing is left to do.
        record Admitted(List<NewEntry> entries) implements Verdict {}

        record Refused(Refusal refusal) implements Verdict {}
    }

    /// Called on a lane's thread, inside its transaction, on its connection, which sees all that is
    /// committed and all that earlier appends of this conversation changed. Must only read, with few
    /// statements by primary key, and must not wait for anything else.
    Verdict admit(Connection connection, Head head, Append append) throws SQLException;
}
