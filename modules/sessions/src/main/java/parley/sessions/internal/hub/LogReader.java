package parley.sessions.internal.hub;

import java.util.List;
import java.util.OptionalLong;
import parley.history.Entry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// Where missed entries come from.
public interface LogReader {

    /// Up to `limit` entries with a seq above `after`, ascending and contiguous; empty when there is
    /// none. Blocks. Throws [parley.kernel.Unavailable] while the log cannot be read.
    List<Entry> after(ConversationId conversation, long after, int limit);

    /// The head of the log of `conversation` when `account` is not a member of it; empty when it is.
    /// Blocks and throws as above.
    OptionalLong headIfDeparted(AccountId account, ConversationId conversation);
}
