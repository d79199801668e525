package parley.messaging.internal.member;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import parley.history.Head;
import parley.history.History;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.Role;
import parley.messaging.internal.member.MemberRows.Row;

/// Who is a member and sees the conversation, remembered on this node. Thread-safe.
///
/// A remembered standing says against which version of the members it was read. It is used while no
/// newer version is known here; when one exists that this node has not heard of, the log's lane notices
/// under the lock ([MemberAdmission]), so a stale standing never lets a message in. Only members are
/// remembered: a refusal is always read from the database.
public final class MemberCache {
    /// So that a standing that missed its hint does not cost the lanes a second look for ever.
    private static final Duration REMEMBERED = Duration.ofMinutes(5);

    private final Database database;
    private final History history;
    private final Cache<Key, Standing> standings;

    /// The newest version of the members that this node has heard of, by conversation.
    private final Cache<ConversationId, Long> versions;

    /// Counts calls of [#changed(ConversationId, AccountId)]: what was read while it moved is not
    /// remembered.
    private final AtomicLong changes = new AtomicLong();

    public MemberCache(Database database, History history, int standingsMax) {
        this.database = database;
        this.history = history;
        this.standings = Caffeine.newBuilder()
                .maximumSize(standingsMax)
                .expireAfterWrite(REMEMBERED)
                .build();
        this.versions = Caffeine.newBuilder()
                .maximumSize(standingsMax)
                .expireAfterWrite(REMEMBERED)
                .build();
    }

    private record Key(ConversationId conversation, AccountId account) {}

    /// What a member is in a conversation, and the version of the members when that was read. A mute
    /// lasts `mutedNanos` (0 = none) from `readNanos` of this node's [System#nanoTime]: that was taken
    /// before the database told how long, so the mute is not over there while it lasts here.
    public record Standing(Role role, long visibleFrom, long version, long mutedNanos, long readNanos) {
        public boolean isMuted() {
            return mutedNanos > 0 && System.nanoTime() - readNanos < mutedNanos;
        }

        /// The database knows whether the mute is over.
        private boolean wasMuted() {
            return mutedNanos > 0 && !isMuted();
        }
    }

    /// The standing of `account`; empty when it is not a member. At most two statements, none when it is
    /// remembered.
    public Optional<Standing> find(ConversationId conversation, AccountId account) {
        Standing remembered = standings.getIfPresent(new Key(conversation, account));
        if (remembered != null && isCurrent(conversation, remembered.version()) && !remembered.wasMuted()) {
            return Optional.of(remembered);
        }
        Head head = history.heads(Set.of(conversation)).get(conversation);
        return head == null ? Optional.empty() : read(account, head);
    }

    /// The same beside a head that was just read.
    public Optional<Standing> find(Head head, AccountId account) {
        Standing remembered = standings.getIfPresent(new Key(head.conversation(), account));
        return remembered != null && remembered.version() == head.membersVersion() && !remembered.wasMuted()
                ? Optional.of(remembered)
                : read(account, head);
    }

    /// Whether all of `accounts` (distinct, at most 1,000) are members, in the version of the members
    /// that `standing` was read in or a later one. So what is appended with that version is true of all
    /// of them or authorised again. At most one statement.
    public boolean areMembers(ConversationId conversation, Collection<AccountId> accounts, Standing standing) {
        List<AccountId> unknown = new ArrayList<>();
        for (AccountId account : accounts) {
            Standing remembered = standings.getIfPresent(new Key(conversation, account));
            if (remembered == null || remembered.version() != standing.version()) {
                unknown.add(account);
            }
        }
        return unknown.isEmpty()
                || database.read(connection -> MemberRows.membersAmong(connection, conversation, unknown))
                                .size()
                        == unknown.size();
    }

    /// Whether `account` is a member that does not see the conversation. One statement.
    public boolean isHidden(ConversationId conversation, AccountId account) {
        return database.read(connection -> !MemberRows.hiddenAmong(connection, conversation, List.of(account))
                .isEmpty());
    }

    /// Those of `accounts` that saw the conversation until their memberships ended, or see it. One
    /// statement for each 1,000, nothing remembered.
    public Set<AccountId> sawAmong(ConversationId conversation, Collection<AccountId> accounts) {
        Set<AccountId> saw = new HashSet<>();
        List<AccountId> all = List.copyOf(accounts);
        for (int from = 0; from < all.size(); from += MemberRows.KEYS_MAX) {
            List<AccountId> some = all.subList(from, Math.min(all.size(), from + MemberRows.KEYS_MAX));
            saw.addAll(database.read(connection -> MemberRows.sawAmong(connection, conversation, some)));
        }
        return saw;
    }

    /// What is remembered of `account` may not be true any more, whatever the version says: it sees
    /// `conversation` again, or not any more, or a poll found it changed. Does not block.
    public void changed(ConversationId conversation, AccountId account) {
        long unused = changes.incrementAndGet();
        standings.invalidate(new Key(conversation, account));
    }

    /// A commit or a hint told of another version of the members.
    public void changed(ConversationId conversation, long version) {
        versions.asMap().merge(conversation, version, Math::max);
    }

    /// The version is read before the row: a change in between leaves a standing that looks older than
    /// it is, which costs a second look and nothing else.
    private Optional<Standing> read(AccountId account, Head head) {
        long before = changes.get();
        long readNanos = System.nanoTime();
        Optional<Row> row = database.read(
                connection -> MemberRows.shown(connection, database.dialect(), head.conversation(), account));
        Key key = new Key(head.conversation(), account);
        if (row.isEmpty()) {
            standings.invalidate(key);
            return Optional.empty();
        }
        long mutedMillis =
                row.get().isMuted() ? row.get().mutedUntil() - row.get().readAt() : 0;
        Standing standing = new Standing(
                row.get().role(),
                row.get().visibleFrom(),
                head.membersVersion(),
                TimeUnit.MILLISECONDS.toNanos(mutedMillis),
                readNanos);
        standings.put(key, standing);
        if (changes.get() != before) {
            standings.invalidate(key);
        }
        return Optional.of(standing);
    }

    private boolean isCurrent(ConversationId conversation, long version) {
        @Nullable Long known = versions.getIfPresent(conversation);
        return known == null || known <= version;
    }

    /// How many are remembered, for metrics.
    public Map<String, Long> sizes() {
        return Map.of("standings", standings.estimatedSize(), "versions", versions.estimatedSize());
    }
}
