package parley.messaging.internal.poll;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.history.Entry;
import parley.history.Head;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.MemberChange;
import parley.messaging.internal.feed.Hint;
import parley.messaging.internal.poll.PollRows.Changed;
import parley.messaging.internal.poll.PollRows.Place;
import parley.messaging.internal.poll.PollRows.Standing;

/// The part of a look that is about memberships: what this node remembers of those that changed is
/// forgotten, and connected accounts that no hint told of being in a conversation, or out of it, get
/// what the hint would have brought. Owned by the poll's thread; blocks.
final class ChangedMembers {
    /// Rows that were dealt with, so that looks that overlap do so once.
    private static final int DONE_MAX = 100_000;

    /// Longer than looks overlap.
    private static final Duration DONE = Duration.ofMinutes(15);

    private static final int ACCOUNTS_PER_STATEMENT = 500;
    private static final int ENTRIES_PER_READ = 64;

    /// The entry that adds a member and the row that says so are written within one transaction.
    private static final long SAME_TRANSACTION_MILLIS = 10_000;

    private final Poll.Parts parts;
    private final int rowsMax;
    private final Cache<Key, Long> done =
            Caffeine.newBuilder().maximumSize(DONE_MAX).expireAfterWrite(DONE).build();
    private final Map<Key, Changed> owed = new LinkedHashMap<>();

    /// Rows that say what the account was told already. That may have been of its membership before, whose end
    /// a feed has still to pass: so they are held against what it was told last with each look.
    private final Cache<Key, Changed> agreed =
            Caffeine.newBuilder().maximumSize(DONE_MAX).expireAfterWrite(DONE).build();

    ChangedMembers(Poll.Parts parts, int rowsMax) {
        this.parts = parts;
        this.rowsMax = rowsMax;
    }

    private record Key(AccountId account, ConversationId conversation) {
        static Key of(Changed row) {
            return new Key(row.account(), row.conversation());
        }
    }

    /// Reads what changed, and forgets. True when something is owed: it may be under way over the bus,
    /// or in a feed, so [#settle] should wait a moment.
    boolean find(PollPace.Span span) {
        Place last = new Place(span.from(), 0, 0);
        while (true) {
            List<Changed> page = page(last, span.to());
            page.forEach(this::take);
            if (page.size() < rowsMax) {
                agreed.asMap().values().stream()
                        .filter(row -> parts.feeds().isTold(row.account(), row.conversation(), !row.isIn()))
                        .forEach(this::hold);
                return !owed.isEmpty();
            }
            Changed end = page.getLast();
            last = new Place(
                    end.memberAt(), end.account().value(), end.conversation().value());
        }
    }

    private List<Changed> page(Place last, long to) {
        Database database = parts.database();
        List<Changed> page =
                database.read(connection -> PollRows.changed(connection, database.dialect(), last, to, rowsMax));
        parts.metrics().readMemberships(page.size());
        return page;
    }

    private void take(Changed row) {
        Key key = Key.of(row);
        Long before = done.getIfPresent(key);
        if (before != null && before == row.memberAt()) {
            return;
        }
        done.put(key, row.memberAt());
        // First this, then who is connected: whoever connects after the question reads what is true.
        parts.changed().changed(row.conversation(), row.account());
        agreed.invalidate(key);
        hold(row);
    }

    /// Puts `row` where it belongs: what its account was not told is owed, what it was told is agreed.
    private void hold(Changed row) {
        Key key = Key.of(row);
        if (parts.feeds().owes(row.account(), row.conversation(), row.isIn())) {
            agreed.invalidate(key);
            Changed unused = owed.put(key, row);
        } else if (parts.feeds().isTold(row.account(), row.conversation(), row.isIn())
                && agreed.getIfPresent(key) == null) {
            agreed.put(key, row);
        }
    }

    /// Gives what is still owed; answers to how many. What it throws at it does again with the next
    /// call.
    int settle() {
        List<Changed> waited = List.copyOf(owed.values());
        owed.clear();
        waited.forEach(this::hold);
        Map<ConversationId, List<AccountId>> byConversation = new LinkedHashMap<>();
        owed.keySet()
                .forEach(key -> byConversation
                        .computeIfAbsent(key.conversation(), any -> new ArrayList<>())
                        .add(key.account()));
        int given = 0;
        for (Map.Entry<ConversationId, List<AccountId>> each : byConversation.entrySet()) {
            List<AccountId> accounts = each.getValue();
            for (int from = 0; from < accounts.size(); from += ACCOUNTS_PER_STATEMENT) {
                int to = Math.min(accounts.size(), from + ACCOUNTS_PER_STATEMENT);
                given += settle(each.getKey(), accounts.subList(from, to));
            }
        }
        owed.clear();
        parts.metrics().members(given);
        return given;
    }

    private int settle(ConversationId conversation, List<AccountId> accounts) {
        Database database = parts.database();
        List<Standing> standings = database.read(connection -> PollRows.standings(connection, conversation, accounts));
        // After the standings: the log reaches at least as far as they say.
        Head head = parts.history().heads(Set.of(conversation)).get(conversation);
        if (head == null) {
            return 0;
        }
        Map<Long, Entry> entries = entriesThatAdded(standings, head);
        List<Standing> added = new ArrayList<>();
        int given = 0;
        for (Standing standing : standings) {
            if (parts.feeds().isTold(standing.account(), conversation, standing.isIn())) {
                // It changed once more, and its row is still to come.
                continue;
            }
            boolean isNew = isNews(entries.get(standing.since()), standing);
            boolean wasOut = parts.feeds().isTold(standing.account(), conversation, false);
            if (standing.isIn() && isNew && !(standing.isDirect() && wasOut)) {
                added.add(standing);
            } else if (standing.isIn() ? standing.isDirect() : standing.saw()) {
                // A group shows nothing anew, and who never saw a conversation does not hear of its end.
                given += give(new Hint.Shown(standing.account(), conversation, head.head(), standing.isIn()));
            }
        }
        return given + (added.isEmpty() ? 0 : giveAdded(head, added));
    }

    /// The entries at which the present memberships began, by seq.
    private Map<Long, Entry> entriesThatAdded(List<Standing> standings, Head head) {
        Map<Long, Entry> entries = new HashMap<>();
        for (Standing standing : standings) {
            if (standing.since() > 0 && !entries.containsKey(standing.since())) {
                for (Entry entry : parts.history().readForward(head, standing.since() - 1, ENTRIES_PER_READ)) {
                    entries.put(entry.seq(), entry);
                }
            }
        }
        return entries;
    }

    /// Whether `entry` began the membership and is what changed it last, or else, before a role or a mute, was
    /// never heard of by a session here. A direct conversation may be unheard of because it was hidden.
    private boolean isNews(@Nullable Entry entry, Standing standing) {
        if (entry == null) {
            return false;
        }
        Optional<MemberChange> change = MemberChange.of(entry);
        return change.isPresent()
                && change.get().change() == MemberChange.Change.ADDED
                && change.get().account().equals(standing.account())
                // An entry's time is never before that of the entry before it, whatever the clock does.
                && (standing.memberAt() - entry.time() < SAME_TRANSACTION_MILLIS
                        || (!standing.isDirect() && parts.feeds().lacks(standing.account(), entry.conversation())));
    }

    private int give(Hint hint) {
        parts.feeds().found(hint);
        return 1;
    }

    /// As the hint of their addition, if all since then had been one append.
    private int giveAdded(Head head, List<Standing> added) {
        List<Hint.Joined> joined = new ArrayList<>();
        long first = Long.MAX_VALUE;
        for (Standing one : added) {
            joined.add(new Hint.Joined(one.account(), one.since(), one.visibleFrom()));
            first = Math.min(first, one.since() <= one.foundedSeq() ? one.visibleFrom() : one.since());
        }
        long last = head.head();
        int unused = give(new Hint.Committed(
                head.conversation(), first, last, last, head.membersVersion(), joined, List.of(), List.of()));
        return added.size();
    }
}
