package parley.messaging.internal.conversation;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import parley.history.Entry;
import parley.history.Head;
import parley.history.History;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.Reading;
import parley.messaging.internal.member.MemberCache;
import parley.messaging.internal.member.MemberCache.Standing;
import parley.messaging.internal.read.SharedReads;

/// Reads of the edge, each clipped to what the member may see. Thread-safe.
public final class LogReading implements Reading {
    /// Statements that read heads at a time, and heads that one of them reads.
    private static final int HEAD_READS_MAX = 2;

    private static final int HEADS_MAX = 2_000;

    private final History history;
    private final SharedReads<ConversationId, Head> heads;
    private final MemberCache members;
    private final MembershipCache memberships;

    public LogReading(History history, MemberCache members, MembershipCache memberships) {
        this.history = history;
        this.heads = new SharedReads<>(history::heads, HEADS_MAX, HEAD_READS_MAX);
        this.members = members;
        this.memberships = memberships;
    }

    @Override
    public List<Membership> memberships(AccountId account) {
        return memberships.find(account);
    }

    @Override
    public Optional<Access> access(AccountId account, ConversationId conversation) {
        Optional<Access> access = read(account, conversation);
        // Who was added after the head was read is let in by what that head does not show yet. A head read
        // now does: the addition and the membership are one transaction.
        return access.filter(found -> found.visibleFrom() > found.head().head()).isEmpty()
                ? access
                : read(account, conversation);
    }

    @Override
    public Map<ConversationId, Access> accessAt(AccountId account, Collection<Head> heads) {
        Map<ConversationId, Standing> standings = members.find(heads, account);
        Map<ConversationId, Access> found = HashMap.newHashMap(standings.size());
        for (Head head : heads) {
            Standing standing = standings.get(head.conversation());
            if (standing != null && standing.visibleFrom() <= head.head()) {
                found.put(head.conversation(), new Access(standing.visibleFrom(), standing.role(), head));
            }
        }
        return found;
    }

    private Optional<Access> read(AccountId account, ConversationId conversation) {
        Head head = heads.read(Set.of(conversation)).get(conversation);
        return head == null
                ? Optional.empty()
                : members.find(head, account)
                        .map(standing -> new Access(standing.visibleFrom(), standing.role(), head));
    }

    @Override
    public Map<ConversationId, Head> heads(Collection<ConversationId> conversations) {
        if (conversations.isEmpty()) {
            return Map.of();
        }
        Map<ConversationId, Head> read = heads.read(Set.copyOf(conversations));
        Map<ConversationId, Head> wanted = HashMap.newHashMap(conversations.size());
        for (ConversationId conversation : conversations) {
            Head head = read.get(conversation);
            if (head != null) {
                wanted.put(conversation, head);
            }
        }
        return wanted;
    }

    @Override
    public List<Entry> readForward(Access access, long after, int limit) {
        return history.readForward(access.head(), Math.max(after, access.visibleFrom() - 1), limit);
    }

    @Override
    public List<Entry> readBackward(Access access, long before, int limit) {
        long visible = Math.min(before, access.head().head() + 1) - access.visibleFrom();
        return visible <= 0 ? List.of() : history.readBackward(access.head(), before, (int) Math.min(limit, visible));
    }

    @Override
    public String epoch() {
        return history.epoch();
    }
}
