package parley.messaging.internal.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import parley.history.Entry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.FeedListener;
import parley.messaging.PersonalEvent;

/// A hint that adds somebody comes when the conversation is followed already, by a session that found the
/// entry in the log.
final class LateAdditionTest implements FeedListener, FeedPass.Sight, LocalFeeds.MembersChanged {
    private static final ConversationId CONVERSATION = new ConversationId(1);
    private static final AccountId GUEST = new AccountId(2);
    private static final int HEAD = 10;

    private final List<String> told = new ArrayList<>();
    private final FeedMetrics metrics = new FeedMetrics(new SimpleMeterRegistry(), Map.of(), new AtomicLong());
    private final FeedPass pass = new FeedPass(this, new PersonalEvents(Runnable::run, this::personal), this, metrics);
    private final SlotPassing passing = new SlotPassing(
            new LogReader(new TenEntries(), 1, System::nanoTime, metrics), Fence.none(), this, metrics, () -> true);
    private final Slot slot = new Slot();

    @Test
    void whoWasAddedBeforeTheFeedBeganIsTakenIn() {
        // I4: once nobody told the guest's session, which was there before, of the conversation, neither by the hint
        // nor by a poll: it got nothing of it until it connected again.
        slot.follow(true);
        passing.passOn(CONVERSATION, slot, pass, new Slot.Work(List.of(), 0, new Slot.Missing(0, 0, HEAD, HEAD, 0)));
        passing.passOn(CONVERSATION, slot, pass, adding(8));
        assertEquals(List.of("shown above 7", "added by 8", "personal"), told);
        // The same once more, found by a poll, is no news.
        passing.passOn(CONVERSATION, slot, pass, adding(8));
        assertEquals(3, told.size());
    }

    private static Slot.Work adding(long seq) {
        Hint.Committed hint = new Hint.Committed(
                CONVERSATION,
                seq,
                seq,
                seq,
                1,
                List.of(new Hint.Joined(GUEST, seq, seq)),
                List.of(),
                List.of(new TenEntries().at(seq)));
        return new Slot.Work(List.of(hint), 0, Slot.Missing.NOTHING);
    }

    private static final class TenEntries extends ReadOnlyLog {
        TenEntries() {
            super(CONVERSATION, HEAD);
        }

        @Override
        Entry at(long seq) {
            return ReadOnlyLog.message(CONVERSATION, seq, "");
        }
    }

    @Override
    public void entries(ConversationId conversation, List<Entry> entries) {
        entries.forEach(entry -> told.add(Long.toString(entry.seq())));
    }

    @Override
    public void added(AccountId account, ConversationId conversation, long seq, long visibleFrom) {
        told.add("added by " + seq);
    }

    @Override
    public void shown(AccountId account, ConversationId conversation, long head) {
        told.add("shown above " + head);
    }

    @Override
    public void personal(AccountId account, PersonalEvent event) {
        told.add("personal");
    }

    @Override
    public boolean isConnected(AccountId account) {
        return account.equals(GUEST);
    }

    @Override
    public boolean lacks(AccountId account, ConversationId conversation) {
        return false;
    }

    @Override
    public Optional<Long> from(ConversationId conversation, AccountId account) {
        return Optional.empty();
    }

    @Override
    public Set<AccountId> until(ConversationId conversation, Set<AccountId> accounts) {
        return Set.of();
    }

    @Override
    public void changed(ConversationId conversation, long version, List<AccountId> accounts) {
        // Nobody remembers anything.
    }

    @Override
    public void changed(ConversationId conversation, AccountId account) {
        // Nobody remembers anything.
    }
}
