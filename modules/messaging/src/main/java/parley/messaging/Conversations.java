package parley.messaging;

import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// Conversations and their members. The first argument of each method is the account that asks.
/// Thread-safe.
///
/// Every method blocks for statements and, where it changes something, for a commit: call it on a
/// virtual thread. What was answered [Result.Done] is durable, and every read that begins afterwards
/// contains it. All throw [parley.kernel.Unavailable] while the database does not answer a read; a
/// change that was under way then is [Refusal.Busy] or [Refusal.Unknown]. An input that breaks a rule is
/// [Refusal.Invalid] and changes nothing.
public interface Conversations {

    /// The direct conversation of the two: there is one per pair, whoever creates it and however often.
    /// `id` (1 to 64 UTF-8 bytes) makes the call idempotent per account. Writes the two `member` entries
    /// (creator first), both [Role#MEMBER] and reading from 1.
    Result<Created> createDirect(AccountId creator, String id, AccountId with);

    /// A new group: one `member` entry per founder (creator first, as [Role#OWNER]; then `members` in
    /// their order, repeated ones once), then the title. Founders read from 1. `id` as above: a repeat
    /// with the same arguments is the same group, with others [Refusal.ClientIdReused].
    Result<Created> createGroup(
            AccountId creator, String id, String title, List<AccountId> members, HistoryFor historyFor);

    /// The account's conversations by the time of their newest entry, then id, descending. `after` is
    /// the `next` of the page before, null for the first; `limit` 1 to 100.
    Result<Listing> list(AccountId account, @Nullable String after, int limit);

    /// The conversation with its first 100 members.
    Result<Details> get(AccountId account, ConversationId conversation);

    /// Gives a group another title (1 to 64 characters, no control characters): owner and admin.
    Result<Changed> rename(AccountId account, ConversationId conversation, String title);

    /// Leaves a group. The last owner passes the role on to the oldest admin, else the oldest member, in
    /// an entry before the one that tells of the leaving.
    Result<Changed> leave(AccountId account, ConversationId conversation);

    /// Adds those of `accounts` that are not yet members of the group: owner and admin.
    Result<Changed> addMembers(AccountId account, ConversationId conversation, List<AccountId> accounts);

    /// Removes `member` from the group: an owner anybody, an admin those with [Role#MEMBER]. Removing
    /// oneself is leaving; one who is no member is already removed.
    Result<Changed> removeMember(AccountId account, ConversationId conversation, AccountId member);

    /// Gives `member` of the group another role: owners. The only owner keeps the role until another one
    /// has it.
    Result<Changed> setRole(AccountId account, ConversationId conversation, AccountId member, Role role);

    /// Forbids `member` of the group to send, edit and react until `until`, in milliseconds since 1970 UTC
    /// by the database's clock; 0, or a time that has passed, ends it. An owner mutes everybody but
    /// owners, an admin those with [Role#MEMBER]. It ends by itself, without an entry, and when the member
    /// becomes an owner.
    Result<Changed> mute(AccountId account, ConversationId conversation, AccountId member, long until);

    /// The members by account id, ascending. `after` is the `next` of the page before, null for the
    /// first; `limit` 1 to 100.
    Result<Members> members(AccountId account, ConversationId conversation, @Nullable String after, int limit);

    /// Moves the account's read marker to `seq`; it never goes back, and above the head means the head.
    /// When it moved, the account's devices on all nodes get [PersonalEvent.Read].
    Result<Marker> markRead(AccountId account, ConversationId conversation, long seq);

    /// Who has read up to `seq`: the present members whose read marker is there or above and who may read
    /// that entry, by account id, and how many they are. Computed from the markers, whatever the size of
    /// the conversation. `seq` is one that the asking account may read; above the head nobody has. `after`
    /// and `limit` as in [#members].
    Result<Receipts> receipts(
            AccountId account, ConversationId conversation, long seq, @Nullable String after, int limit);

    /// What changed since `cursor` (null: everything): may name a conversation again, never omits one,
    /// and includes everything acknowledged before the call. Views come without `last`. `limit` 1 to 200
    /// counts conversations and removed ones together; with `hasMore` the rest follows at once with the
    /// answer's cursor.
    Result<Synced> sync(AccountId account, @Nullable String cursor, int limit);

    /// From where a newcomer reads.
    enum HistoryFor {
        /// From their own `member` entry.
        JOINED,
        /// From the first entry.
        ALL
    }

    /// How a call ended.
    sealed interface Result<V> {
        record Done<V>(V value) implements Result<V> {}

        record Refused<V>(Refusal refusal) implements Result<V> {}
    }

    /// Why a call changed nothing (with [Unknown]: may have changed nothing).
    sealed interface Refusal {
        /// No such conversation, or not a member of it (1001).
        record NotAMember() implements Refusal {}

        /// A member without the right (1002).
        record NotPermitted() implements Refusal {}

        /// A member that was muted (1004).
        record Muted() implements Refusal {}

        /// The asking account blocks the other one (1008).
        record Blocked() implements Refusal {}

        /// An account that was named does not exist (1006).
        record NoSuchAccount() implements Refusal {}

        /// The conversation would have too many members, or a member too many conversations (1007).
        record LimitReached() implements Refusal {}

        /// The id was used before for something else (1009).
        record ClientIdReused() implements Refusal {}

        /// Bad input (107); `field: rule`, fit for a client.
        record Invalid(String field, String rule) implements Refusal {}

        /// More than 16 KiB (1003).
        record BodyTooLong() implements Refusal {}

        /// Nothing was written; temporary (111).
        record Busy() implements Refusal {}

        /// The outcome is not known; temporary, the same call again tells or finishes it (1005).
        record Unknown() implements Refusal {}

        /// The database refuses this and would again; logged with `errorId`.
        record Failed(String errorId) implements Refusal {}
    }

    /// `seq` is that of the last founding entry; `created` is false when the conversation was there.
    record Created(ConversationId conversation, long seq, boolean created) {}

    /// `seq` of the last entry that the change wrote, or the head when it changed nothing.
    record Changed(long seq) {}

    /// `next` is null on the last page.
    record Listing(
            List<ConversationView> conversations, @Nullable String next) {}

    /// A conversation and its first members; `next` continues in [#members], null when these are all.
    record Details(
            ConversationView conversation,
            List<ConversationView.Member> members,
            @Nullable String next) {}

    /// `next` is null on the last page.
    record Members(
            List<ConversationView.Member> members, @Nullable String next) {}

    /// `count` is that of all pages; `next` is null on the last page.
    record Receipts(
            long count, List<Receipt> receipts, @Nullable String next) {}

    /// The read marker of a member.
    record Receipt(AccountId account, long seq) {}

    /// Where the read marker is now, and the messages after it.
    record Marker(long read, long unread) {}

    /// `removed` are conversations that the account is no longer a member of.
    record Synced(List<ConversationView> conversations, List<ConversationId> removed, String cursor, boolean hasMore) {}
}
