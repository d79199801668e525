package parley.history;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// Entries to be written together, under one number range, in one transaction.
///
/// `clientId` (1 to 64 UTF-8 bytes) makes the append idempotent for its (conversation, author); null =
/// no idempotency. `membersVersion` is the version of the members that the author was authorised
/// against. `intent` is what [Admission] needs to authorise again. With `first` the append is valid only
/// while the conversation has no entry yet; otherwise only when it has one.
public record Append(
        ConversationId conversation,
        AccountId author,
        @Nullable String clientId,
        long membersVersion,
        boolean first,
        Intent intent,
        List<NewEntry> entries) {

    /// What the author wants, in the terms of the module that asked; opaque here, handed to [Admission]
    /// and [Projection].
    public interface Intent {}

    public Append {
        entries = List.copyOf(entries);
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("an append needs an entry");
        }
        if (entries.size() > 1 && entries.stream().anyMatch(NewEntry::revises)) {
            throw new IllegalArgumentException("an entry that changes a message stands alone");
        }
    }

    /// The entry that changes an earlier message, when this append does; it is the only one then.
    public Optional<NewEntry> revision() {
        return entries.getFirst().revises() ? Optional.of(entries.getFirst()) : Optional.empty();
    }

    /// True when an entry changes who is a member, so the members' version grows with it.
    public boolean changesMembers() {
        for (NewEntry entry : entries) {
            if (entry.kind() == EntryKind.MEMBER) {
                return true;
            }
        }
        return false;
    }
}
