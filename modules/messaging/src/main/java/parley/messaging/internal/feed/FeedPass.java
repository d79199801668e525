package parley.messaging.internal.feed;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Unavailable;
import parley.messaging.FeedListener;
import parley.messaging.MemberChange;
import parley.messaging.MemberChange.Change;
import parley.messaging.PersonalEvent;

/// Hands entries of one conversation to the hub, with what it must know before them: which connected
/// account an entry adds. For one worker at a time; a hub that throws is logged, and nothing is
/// repeated.
public final class FeedPass {
    private static final Logger LOG = System.getLogger(FeedPass.class.getName());

    private final FeedListener hub;
    private final PersonalEvents personal;
    private final Sight sight;
    private final FeedMetrics metrics;
    private final Told told = new Told();

    FeedPass(FeedListener hub, PersonalEvents personal, Sight sight, FeedMetrics metrics) {
        this.hub = hub;
        this.personal = personal;
        this.sight = sight;
        this.metrics = metrics;
    }

    /// Whether `account` is connected here and was not told lately that it is in `conversation`, or not.
    boolean owes(AccountId account, ConversationId conversation, boolean isIn) {
        return hub.isConnected(account) && !isTold(account, conversation, isIn);
    }

    boolean isTold(AccountId account, ConversationId conversation, boolean isIn) {
        return told.isTold(account, conversation, isIn);
    }

    /// See [parley.messaging.Feeds#arrived].
    void arrived(AccountId account) {
        told.forget(account);
    }

    /// What members see. Blocks; may throw [Unavailable].
    public interface Sight {
        /// Where an account that an entry adds reads from; empty when it is no member any more.
        Optional<Long> from(ConversationId conversation, AccountId account);

        /// Those of `accounts`, whose memberships ended, that saw the conversation until then.
        Set<AccountId> until(ConversationId conversation, Set<AccountId> accounts);
    }

    /// Tells the hub of each message that `entries` recall.
    void recalled(List<Entry> entries) {
        for (Entry entry : entries) {
            if (entry.kind() == EntryKind.RECALL) {
                hub.recalled(entry.conversation(), entry.target());
            }
        }
    }

    /// Who of those that `entries` add is connected here, and from where each reads. For entries that
    /// came without a hint that says so; may throw [Unavailable].
    List<Hint.Joined> joined(List<Entry> entries) {
        List<Hint.Joined> joined = new ArrayList<>();
        for (Entry entry : entries) {
            Optional<MemberChange> change = MemberChange.of(entry);
            if (change.isPresent()
                    && change.get().change() == Change.ADDED
                    && hub.isConnected(change.get().account())) {
                AccountId account = change.get().account();
                sight.from(entry.conversation(), account)
                        .ifPresent(from -> joined.add(new Hint.Joined(account, entry.seq(), from)));
            }
        }
        return joined;
    }

    /// Passes `entries` (ascending, not empty) on, if the conversation is followed when their turn
    /// comes. Whom they add is told first, so that a founder gets the entries before its own, too.
    void pass(Slot slot, List<Entry> entries, List<Hint.Joined> joined) {
        ConversationId conversation = entries.getFirst().conversation();
        Map<Long, Hint.Joined> bySeq = new HashMap<>();
        long first = entries.getFirst().seq();
        long last = entries.getLast().seq();
        for (Hint.Joined one : joined) {
            if (one.seq() >= first && one.seq() <= last && hub.isConnected(one.account())) {
                bySeq.put(one.seq(), one);
                added(one, conversation);
            }
        }
        Set<AccountId> removed = removed(conversation, entries);
        for (Entry entry : entries) {
            Hint.Joined one = bySeq.get(entry.seq());
            if (one != null) {
                tell(one.account(), new PersonalEvent.Added(conversation));
            }
            MemberChange.of(entry)
                    .filter(change -> change.endsMembership() && removed.contains(change.account()))
                    .ifPresent(change -> tell(change.account(), new PersonalEvent.Removed(conversation)));
        }
        deliver(slot, entries);
    }

    /// Whom `hint` adds by what was passed on below `next` already, before anybody here was told of it: the
    /// feed began behind them, where a session had found the end of the log.
    List<Hint.Joined> late(Hint.Committed hint, long next) {
        if (hint.added().isEmpty()) {
            return List.of();
        }
        return hint.added().stream()
                .filter(one -> one.seq() < next && owes(one.account(), hint.conversation(), true))
                .toList();
    }

    /// Takes in whom `hint` told of too late: the hub reads for them what was passed on since.
    void takeIn(Hint.Committed hint, List<Hint.Joined> late) {
        for (Hint.Joined one : late) {
            // A founder reads from before its own entry.
            long from = Math.max(hint.first(), Math.min(one.visibleFrom(), one.seq()));
            show(one.account(), hint.conversation(), from - 1);
            // Where it is followed still, from before it was left.
            added(one, hint.conversation());
            tell(one.account(), new PersonalEvent.Added(hint.conversation()));
        }
    }

    /// A member sees its conversation again, from what comes next, or not any more.
    void shown(Hint.Shown hint) {
        if (hint.isShown()) {
            show(hint.account(), hint.conversation(), hint.head());
            tell(hint.account(), new PersonalEvent.Added(hint.conversation()));
        } else {
            tell(hint.account(), new PersonalEvent.Removed(hint.conversation()));
        }
    }

    private void show(AccountId account, ConversationId conversation, long head) {
        try {
            hub.shown(account, conversation, head);
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, "the hub failed to show a conversation", bug);
        }
    }

    private void added(Hint.Joined one, ConversationId conversation) {
        try {
            hub.added(one.account(), conversation, one.seq(), one.visibleFrom());
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, "the hub failed to take a member in", bug);
        }
    }

    /// Who of those that `entries` remove is connected here and is to be told: a conversation that was
    /// not shown to its member is not named when the membership ends.
    private Set<AccountId> removed(ConversationId conversation, List<Entry> entries) {
        Set<AccountId> removed = new HashSet<>();
        for (Entry entry : entries) {
            MemberChange.of(entry)
                    .filter(change -> change.endsMembership() && hub.isConnected(change.account()))
                    .ifPresent(change -> removed.add(change.account()));
        }
        try {
            return removed.isEmpty() ? removed : sight.until(conversation, removed);
        } catch (Unavailable away) {
            // That somebody is out ends what they hear; it must not get lost.
            return removed;
        }
    }

    private void tell(AccountId account, PersonalEvent event) {
        if (personal.offer(account, event)) {
            told.add(account, event.conversation(), event instanceof PersonalEvent.Added);
        } else {
            metrics.dropped("personal_queue_full");
        }
    }

    private void deliver(Slot slot, List<Entry> entries) {
        if (entries.isEmpty() || !slot.isFollowed()) {
            return;
        }
        metrics.passed(entries.size());
        try {
            hub.entries(entries.getFirst().conversation(), List.copyOf(entries));
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, "the hub failed to take entries", bug);
        }
    }
}
