package parley.messaging;

import parley.kernel.ConversationId;

/// Something that concerns one person only, on all of that person's devices (channel `u:`).
public sealed interface PersonalEvent {

    ConversationId conversation();

    /// Became a member.
    record Added(ConversationId conversation) implements PersonalEvent {}

    /// Left or was removed.
    record Removed(ConversationId conversation) implements PersonalEvent {}

    /// The own read marker moved, by whichever device.
    record Read(ConversationId conversation, long seq, long unread) implements PersonalEvent {}
}
