package parley.messaging.internal.member;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import parley.history.Head;
import parley.history.History;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.Role;
import parley.messaging.internal.member.MemberRows.MemberKey;
import parley.messaging.internal.member.MemberRows.Row;
import parley.messaging.internal.read.SharedReads;

/// Who is a member and sees the conversation, remembered on this node. Thread-safe.
///
/// A remembered standing says against which version of the members it was read. It is used while no
/// newer version is known here; when one exists that this node has not heard of, the log's lane notices
/// under the lock ([MemberAdmission]), so a stale standing never lets a message in. Only members are
/// remembered: a refusal is always read from the database.
public final class MemberCache {
    /// So that a standing that missed its hint does not cost the lanes a second look for ever.
    private static final Duration REMEMBERED = Duration.ofMinutes(5);

    /// Statements at a time that read standings.
    private static final int READS_MAX = 4;

    private final Database database;
    private final History history;
    private final SharedReads<MemberKey, Row> reads;
    private final Cache<MemberKey, Standing> standings;

    /// The newest version of the members that this node has heard of, by conversation.
    private final Cache<ConversationId, Long> versions;

    /// Counts calls of [#changed(ConversationId, AccountId)]: what was read while it moved is not
    /// remembered.
    private final AtomicLong changes = new AtomicLong();

    public MemberCache(Database database, History history, int standingsMax) {
        this.database = database;
        this.history = history;
        this.reads = new SharedReads<>(this::rows, MemberRows.SHOWN_MAX, READS_MAX);
        this.standings = Caffeine.newBuilder()
                .maximumSize(standingsMax)
                .expireAfterWrite(REMEMBERED)
                .build();
        this.versions = Caffeine.newBuilder()
                .maximumSize(standingsMax)
                .expireAfterWrite(REMEMBERED)
                .build();
    }

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
        Standing remembered = standings.getIfPresent(new MemberKey(conversation, account));
        if (remembered != null && isCurrent(conversation, remembered.version()) && !remembered.wasMuted()) {
            return Optional.of(remembered);
        }
        Head head = history.heads(Set.of(conversation)).get(conversation);
        return head == null ? Optional.empty() : read(account, head);
    }

    /// The same beside a head that was just read.
    public Optional<Standing> find(Head head, AccountId account) {
        Standing remembered = current(head, account);
        return remembered == null ? read(account, head) : Optional.of(remembered);
    }

    /// The same for several conversations, together with what others ask for at the same moment. One statement
    /// for each 64 that are not remembered as of their head.
    public Map<ConversationId, Standing> find(Collection<Head> heads, AccountId account) {
        Map<ConversationId, Standing> found = HashMap.newHashMap(heads.size());
        List<Head> unknown = new ArrayList<>();
        for (Head head : heads) {
            Standing remembered = current(head, account);
            if (remembered == null) {
                unknown.add(head);
            } else {
                found.put(head.conversation(), remembered);
            }
        }
        for (int from = 0; from < unknown.size(); from += MemberRows.SHOWN_MAX) {
            List<Head> some = unknown.subList(from, Math.min(unknown.size(), from + MemberRows.SHOWN_MAX));
            found.putAll(read(account, some, reads::read));
        }
        return found;
    }

    private @Nullable Standing current(Head head, AccountId account) {
        Standing remembered = standings.getIfPresent(new MemberKey(head.conversation(), account));
        return remembered != null && remembered.version() == head.membersVersion() && !remembered.wasMuted()
                ? remembered
                : null;
    }

    /// Whether all of `accounts` (distinct, at most 1,000) are members, in the version of the members
    /// that `standing` was read in or a later one. So what is appended with that version is true of all
    /// of them or authorised again. At most one statement.
    public boolean areMembers(ConversationId conversation, Collection<AccountId> accounts, Standing standing) {
        List<AccountId> unknown = new ArrayList<>();
        for (AccountId account : accounts) {
            Standing remembered = standings.getIfPresent(new MemberKey(conversation, account));
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
        standings.invalidate(new MemberKey(conversation, account));
    }

    /// A commit or a hint told of another version of the members.
    public void changed(ConversationId conversation, long version) {
        versions.asMap().merge(conversation, version, Math::max);
    }

    private Map<MemberKey, Row> rows(List<MemberKey> keys) {
        return database.read(connection -> MemberRows.shown(connection, database.dialect(), keys));
    }

    /// One account waits for nobody.
    private Optional<Standing> read(AccountId account, Head head) {
        return Optional.ofNullable(read(account, List.of(head), this::rows).get(head.conversation()));
    }

    /// The version is read before the row: a change in between leaves a standing that looks older than
    /// it is, which costs a second look and nothing else.
    private Map<ConversationId, Standing> read(
            AccountId account, List<Head> heads, Function<List<MemberKey>, Map<MemberKey, Row>> source) {
        long before = changes.get();
        long readNanos = System.nanoTime();
        Map<MemberKey, Row> rows = source.apply(heads.stream()
                .map(head -> new MemberKey(head.conversation(), account))
                .toList());
        Map<ConversationId, Standing> found = HashMap.newHashMap(heads.size());
        for (Head head : heads) {
            MemberKey key = new MemberKey(head.conversation(), account);
            Row row = rows.get(key);
            if (row == null) {
                standings.invalidate(key);
                continue;
            }
            Standing standing = standing(row, head, readNanos);
            standings.put(key, standing);
            if (changes.get() != before) {
                standings.invalidate(key);
            }
            found.put(head.conversation(), standing);
        }
        return found;
    }

    private static Standing standing(Row row, Head head, long readNanos) {
        long mutedMillis = row.isMuted() ? row.mutedUntil() - row.readAt() : 0;
        return new Standing(
                row.role(),
                row.visibleFrom(),
                head.membersVersion(),
                TimeUnit.MILLISECONDS.toNanos(mutedMillis),
                readNanos);
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
