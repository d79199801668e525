package parley.sessions.internal.presence;

import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// What a node tells the others. Markers of others travel with the bus's own hints.
sealed interface Signal {

    /// `account` types in `conversation`; at its origin it was found to be allowed to and not too often.
    record Typing(AccountId account, ConversationId conversation) implements Signal {}

    /// `account` came or went at a node. `seenMillis`: when its last session there ended, 0 while it is
    /// online. `conversations`: those it is in; null when whoever wants to know must look.
    record Presence(
            AccountId account,
            boolean online,
            long seenMillis,
            @Nullable List<ConversationId> conversations) implements Signal {}

    /// A part of all who are online at a node, so that what was lost is noticed: part number `part`,
    /// from 0, of `parts` of round `round`. Rounds of one node go up.
    record Roll(long round, int part, int parts, List<AccountId> accounts) implements Signal {}

    /// So many accounts at a node follow the large group `conversation`, with so many sessions.
    record Crowd(ConversationId conversation, int accounts, int sessions) implements Signal {}
}
