package parley.sessions.internal.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.DeviceId;
import parley.kernel.SessionId;
import parley.kernel.Unavailable;
import parley.messaging.PersonalEvent;
import parley.sessions.SessionView;

/// A conversation that an account sees again, or too late.
class ShownAgainTest implements LogReader {
    private static final AccountId ME = new AccountId(1);
    private static final ConversationId ONE = new ConversationId(1);

    private final FollowedFeeds feeds = new FollowedFeeds();
    private final RecordedWayOut client = new RecordedWayOut();
    private final Hub hub = new Hub(
            new SessionDirectory(),
            feeds,
            this,
            "e",
            new HubMetrics(new SimpleMeterRegistry()),
            Runnable::run,
            (s, event) -> {});
    private final List<Entry> log = new ArrayList<>();
    private OptionalLong departed = OptionalLong.empty();

    /// How often the database does not answer who is a member.
    private int looksInVain;

    private HubSession session() {
        SessionView view =
                new SessionView(new SessionId(1), ME, new DeviceId(3), "127.0.0.1", "test", "1", Instant.EPOCH);
        return hub.register(view, new UUID(0, 1), client, true, 200);
    }

    private void readAll(HubSession session) {
        while (client.isFull()) {
            if (client.read(3)) {
                session.drained();
            }
        }
    }

    private static Entry message(long seq) {
        return new Entry(
                ONE,
                seq,
                EntryKind.MESSAGE,
                ME,
                null,
                0,
                0,
                0,
                new byte[0],
                "{}".getBytes(StandardCharsets.US_ASCII),
                Entry.Revision.NONE);
    }

    @Test
    void whoSeesAConversationAgainGetsAllThatFollows() {
        // I4: once the first entry after an unblock was left out for good when its hint came before the unblock's.
        HubSession session = session();
        session.open();
        log.add(message(11));
        hub.shown(ME, ONE, 10);
        assertEquals(11, feeds.reached.get(ONE));
        readAll(session);
        assertEquals(List.of(11L), client.offsets("c:1"));
        log.add(message(12));
        log.add(message(13));
        hub.entries(ONE, List.of(message(13)));
        readAll(session);
        assertEquals(List.of(11L, 12L, 13L), client.offsets("c:1"));
    }

    @Test
    void whatIsHiddenAgainIsNotFollowedHoweverLateTheShowingComes() {
        // A block after an unblock whose news overtook it: what the log says counts.
        HubSession session = session();
        session.open();
        departed = OptionalLong.of(10);
        hub.shown(ME, ONE, 10);
        assertFalse(session.follows(ONE));
    }

    @Test
    void whatIsHiddenEndsAlsoWhenTheDatabaseWasAwayThen() {
        // A block has no entry that would end what is pushed: who is a member is asked again.
        HubSession session = session();
        session.open();
        hub.shown(ME, ONE, 10);
        looksInVain = 1;
        departed = OptionalLong.of(11);
        hub.personal(ME, new PersonalEvent.Removed(ONE));
        assertFalse(session.follows(ONE));
    }

    @Test
    void whoHasNotHeardOfAConversationLacksIt() {
        // I5: a poll that comes late asks so; whoever is still being set up reads what is true.
        HubSession session = session();
        assertFalse(hub.lacks(ME, ONE));
        session.open();
        assertTrue(hub.lacks(ME, ONE));
        hub.shown(ME, ONE, 10);
        assertFalse(hub.lacks(ME, ONE));
    }

    @Test
    void theFeedsHearOfTheFirstSessionOfAnAccount() {
        // I5: what nobody is there any more to know of counts no more; a second session beside the first is no news.
        HubSession first = session();
        HubSession second = session();
        assertEquals(List.of(ME), feeds.arrived);
        first.end();
        second.end();
        HubSession third = session();
        assertEquals(List.of(ME, ME), feeds.arrived);
        third.end();
    }

    @Override
    public List<Entry> after(ConversationId conversation, long after, int limit) {
        return log.stream().filter(entry -> entry.seq() > after).limit(limit).toList();
    }

    @Override
    public OptionalLong headIfDeparted(AccountId account, ConversationId conversation) {
        if (looksInVain > 0) {
            looksInVain--;
            throw new Unavailable("database");
        }
        return departed;
    }
}
