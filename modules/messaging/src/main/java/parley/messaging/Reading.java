package parley.messaging;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import parley.history.Entry;
import parley.history.Head;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// What the edge reads for its sessions. Thread-safe.
///
/// Methods block for at most the statements they name (none where the answer is cached and proved): call
/// them on a virtual thread. They throw [parley.kernel.Unavailable] while the database does not answer.
public interface Reading {
    /// Most conversations of an account that a node keeps in mind; beyond it `sync` is the way.
    int MEMBERSHIPS_MAX = 2_000;

    /// The conversations that `account` is a member of, newest id first, at most [#MEMBERSHIPS_MAX]. One
    /// statement. A change that this node acknowledged before the call is in it; one of another node as
    /// soon as its hint is here, and at most five minutes later when that was lost.
    List<Membership> memberships(AccountId account);

    /// What `account` may read of `conversation` and where its log is; empty when there is no such
    /// conversation or the account is not a member. The head is never below the first entry that the member
    /// may see. At most two statements, four when the account is added meanwhile.
    Optional<Access> access(AccountId account, ConversationId conversation);

    /// What `account` may read of conversations whose `heads` (one of each, at most 2,000) were just read. Left
    /// out is who is no member, and who became one behind that head: of those [#access] knows more. One
    /// statement for each 64 that are not remembered as of their head.
    Map<ConversationId, Access> accessAt(AccountId account, Collection<Head> heads);

    /// The heads of `conversations` (at most 2,000), as now committed. One statement.
    Map<ConversationId, Head> heads(Collection<ConversationId> conversations);

    /// Up to `limit` (1 to 1,000) entries with seq in (`after`, head], ascending without a hole, none
    /// before `visibleFrom`. Shorter than `limit` only at the end or by a cap of about 1 MiB, and empty
    /// only when there is nothing (more). The head of `access` is the end of the read.
    List<Entry> readForward(Access access, long after, int limit);

    /// Up to `limit` (1 to 1,000) entries with seq below `before`, descending, none before
    /// `visibleFrom`; as [#readForward] otherwise.
    List<Entry> readBackward(Access access, long before, int limit);

    /// The constant id of the data set. Does not block.
    String epoch();

    /// `visibleFrom` is the first seq that the member may read; `readSeq` its read marker, which may lag
    /// behind what the account's other devices have moved a moment ago.
    record Membership(ConversationId conversation, Role role, long visibleFrom, long readSeq) {}

    /// The right to read `head.conversation()` from `visibleFrom` up to `head.head()`. The edge may keep
    /// one while the account is a member, and make one with a newer head of the same conversation.
    record Access(long visibleFrom, Role role, Head head) {
        public Access withHead(Head newer) {
            return new Access(visibleFrom, role, newer);
        }
    }
}
