package parley.messaging;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// Who is in a conversation, for events that may be lost (typing, presence, markers of others): quick
/// rather than exact. Thread-safe.
///
/// What is remembered is forgotten when a commit or a hint tells of a change, and after five minutes.
/// Where it is not remembered a call blocks for the statements it names and throws
/// [parley.kernel.Unavailable] while the database does not answer.
public interface Audience {

    /// How many members each of `conversations` has; one that does not exist is left out. One statement
    /// for each 500 that are not remembered.
    Map<ConversationId, Integer> sizes(Collection<ConversationId> conversations);

    /// The members by id, ascending, at most `limit` (1 to 10,000), as now committed. One statement.
    List<AccountId> members(ConversationId conversation, int limit);

    /// Whether `other` is a member of a conversation that `viewer` sees; a block of `other` makes no
    /// difference, or it would show. One statement.
    boolean share(AccountId viewer, AccountId other);

    /// Whether `account` may send to `conversation`. At most two statements, none for a member that is
    /// remembered.
    boolean maySend(AccountId account, ConversationId conversation);
}
