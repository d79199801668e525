package parley.history;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import parley.kernel.ConversationId;
import parley.kernel.Probe;

/// The log of every conversation. Thread-safe.
///
/// What it promises: numbers of a conversation are 1, 2, 3 ... without holes; an answer
/// [AppendResult.Appended] means committed with the durability that the database was found to have at
/// start; a read that begins after an append was answered contains it.
public interface History {

    /// Puts `append` into the lane of its conversation and returns at once; never blocks. `done` is
    /// called exactly once: on the calling thread when it is refused right away ([AppendResult.Busy]),
    /// else on a thread of the lanes, within the configured answer time (3.5 seconds by default); it
    /// must not block. Appends of one conversation that one thread hands in one after another are
    /// numbered in that order.
    void append(Append append, Consumer<? super AppendResult> done);

    /// The same, waiting for the answer. Blocks; call it on a virtual thread.
    AppendResult append(Append append);

    /// What a repeat of this append would be told, without writing: [AppendResult.Repeated],
    /// [AppendResult.ClientIdReused], or empty when its client id is new (or null). Blocks for one
    /// statement.
    Optional<AppendResult> repeated(Append append);

    /// The heads of those of `conversations` that have an entry, as now committed. Blocks for one
    /// statement; at most 2,000 at once.
    Map<ConversationId, Head> heads(Collection<ConversationId> conversations);

    /// A head, and when it came to be so: milliseconds by the database's clock, taken last of all in its
    /// transaction, right before the commit.
    record Changed(Head head, long changedAt) {}

    /// The heads that changed from `from` to `to` (by the database's clock, both inclusive), as now
    /// committed, by the time of their change and then by conversation; at most `limit` (1 to 10,000).
    /// Of those that changed at `from` exactly, only conversations above `after`: give the last one of a
    /// page to go on behind it.
    ///
    /// A change is seen with its commit and has a time from before it, by as long as the commit took: who
    /// looks again and again looks back further than to its last look. What this node keeps of a
    /// conversation from before its newest recall or edit is dropped. Blocks for one statement.
    List<Changed> changed(long from, long to, long after, int limit);

    /// Up to `limit` (1 to 1,000) entries with seq in (`after`, `head.head()`], ascending, contiguous
    /// from `after` + 1 or from the floor. Shorter than `limit` only at the end, or by the cap of 1 MiB
    /// of bodies (never empty by it). `head` must come from [#heads] or from an
    /// [AppendResult.Committed]; it proves which cached entries are current. Blocks.
    List<Entry> readForward(Head head, long after, int limit);

    /// Up to `limit` (1 to 1,000) entries with seq below `before`, descending; as [#readForward]
    /// otherwise.
    List<Entry> readBackward(Head head, long before, int limit);

    /// The newest entry of each of `heads` (at most 2,000), which come from [#heads]. Blocks for one
    /// statement per 128 that are not cached.
    Map<ConversationId, Entry> newest(Collection<Head> heads);

    /// The constant id of the data set: short, not empty, never `_`. Does not block.
    String epoch();

    List<Probe> probes();
}
