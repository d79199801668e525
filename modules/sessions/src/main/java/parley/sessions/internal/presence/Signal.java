package parley.sessions.internal.presence;

import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// What a node tells all nodes (itself included). Markers of others travel with the bus's own hints.
sealed interface Signal {

    /// `account` types in `conversation`; at its origin it was found to be allowed to and not too often.
    record Typing(AccountId account, ConversationId conversation) implements Signal {}

    /// `account` came or went. `seenMillis`: when its last session ended, 0 while it is online.
    record Presence(AccountId account, boolean online, long seenMillis) implements Signal {}
}
