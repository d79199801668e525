package parley.history;

import java.util.List;

/// How an append ended.
public sealed interface AppendResult {

    /// Committed and durable. `seq` and `time` are those of its last entry.
    record Appended(long seq, long time) implements AppendResult {}

    /// This (conversation, author, client id) was committed before with the same bodies, or with ones
    /// that were recalled since: its first `seq` and `time`. Nothing was written.
    record Repeated(long seq, long time) implements AppendResult {}

    /// [Admission] found nothing left to write; `seq` is the head and `time` its time. Nothing was
    /// written.
    record Unneeded(long seq, long time) implements AppendResult {}

    /// [Admission] refused. Nothing was written and no number was taken.
    record Refused(Admission.Refusal refusal) implements AppendResult {}

    /// The client id was used before in this conversation by this author, with another body. Nothing was
    /// written.
    record ClientIdReused() implements AppendResult {}

    /// `first` was set and the conversation has entries, or it was not set and the conversation has
    /// none. Nothing was written.
    record WrongState(boolean exists) implements AppendResult {}

    /// The lane is full or the database is away: nothing was written. Temporary.
    record Busy() implements AppendResult {}

    /// No answer came in time and the append was under way: it may or may not be committed. Send again
    /// with the same client id to know.
    record Unknown() implements AppendResult {}

    /// The database refuses this append, and would again. Nothing was written. Logged with `errorId`.
    record Failed(String errorId) implements AppendResult {}

    /// An append as it was committed, with its entries as they can be read: what later appends of the
    /// same transaction changed of them is in them.
    record Committed(Append append, List<Entry> entries, Head head) {}
}
