package parley.sessions.internal.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.DeviceId;
import parley.kernel.SessionId;
import parley.messaging.MemberChange;
import parley.messaging.PersonalEvent;
import parley.messaging.Role;
import parley.sessions.Disconnect;
import parley.sessions.SessionView;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.message.Push;

class HubTest implements LogReader {
    private static final AccountId ME = new AccountId(1);

    private final FollowedFeeds feeds = new FollowedFeeds();
    private RecordedWayOut client = new RecordedWayOut();
    private final SessionDirectory directory = new SessionDirectory();
    private final Hub hub = new Hub(
            directory, feeds, this, "e", new HubMetrics(new SimpleMeterRegistry()), Runnable::run, (s, event) -> {});
    private final List<Entry> log = new ArrayList<>();
    private OptionalLong departed = OptionalLong.empty();

    /// Happens once, after the log has answered who is a member and before the hub hears it.
    private Runnable meanwhile = () -> {};

    private HubSession session(int subscriptionsMax) {
        return session(true, subscriptionsMax);
    }

    private HubSession session(boolean server, int subscriptionsMax) {
        SessionView view =
                new SessionView(new SessionId(1), ME, new DeviceId(3), "127.0.0.1", "test", "1", Instant.EPOCH);
        return hub.register(view, new UUID(0, 1), client, server, subscriptionsMax);
    }

    private HubSession sessionWith(int subscriptionsMax, int conversations) {
        HubSession session = session(subscriptionsMax);
        for (int i = 1; i <= conversations; i++) {
            assertTrue(hub.hold(session, new ConversationId(i)));
            hub.place(session, new ConversationId(i), 10, 10, false);
        }
        session.open();
        return session;
    }

    private void speak(long conversation, long seq) {
        hub.entries(new ConversationId(conversation), List.of(message(conversation, seq)));
    }

    private void readOnce(HubSession session) {
        if (client.read(3)) {
            session.drained();
        }
    }

    private void readAll(HubSession session) {
        while (client.isFull()) {
            readOnce(session);
        }
    }

    private static Entry message(long conversation, long seq) {
        return message(conversation, seq, "{}");
    }

    private static Entry message(long conversation, long seq, String json) {
        byte[] body = json.getBytes(StandardCharsets.US_ASCII);
        return new Entry(
                new ConversationId(conversation),
                seq,
                EntryKind.MESSAGE,
                ME,
                null,
                0,
                0,
                0,
                new byte[0],
                body,
                Entry.Revision.NONE);
    }

    private static Entry member(long conversation, long seq, MemberChange.Change change) {
        byte[] detail = new MemberChange(ME, change, Role.MEMBER).detail();
        return new Entry(
                new ConversationId(conversation),
                seq,
                EntryKind.MEMBER,
                ME,
                null,
                0,
                0,
                0,
                detail,
                new byte[0],
                Entry.Revision.NONE);
    }

    @Test
    void aQuietConversationIsSubscribedJustBeforeItsFirstNewEntry() {
        // P: the subscribe push's offset is the entry's seq - 1.
        HubSession session = sessionWith(200, 1);
        speak(1, 11);
        speak(1, 12);
        assertEquals(Push.Subscribed.stream("c:1", "e", 10), client.told().getFirst());
        assertEquals(List.of(11L, 12L), client.offsets("c:1"));
        assertEquals(1, session.announced());
    }

    @Test
    void theConversationThatWasSilentLongestMakesRoom() {
        // I7: a client knows at most so many conversations as subscribed; the least recently active gets code 2100.
        HubSession session = sessionWith(2, 3);
        speak(1, 11);
        speak(2, 11);
        speak(1, 12);
        speak(3, 11);
        assertEquals(2, session.announced());
        assertEquals(
                List.of("c:2 2100"),
                client.told().stream()
                        .filter(Push.Unsubscribed.class::isInstance)
                        .map(Push.Unsubscribed.class::cast)
                        .map(push -> push.channel() + " " + push.code())
                        .toList());
        speak(2, 12);
        assertEquals(List.of(11L, 12L), client.offsets("c:2"));
        assertEquals(
                Push.Subscribed.stream("c:2", "e", 11),
                client.told().get(client.told().size() - 2));
    }

    @Test
    void whenAllAreBehindAtOnceNoMoreAreAnnounced() {
        // I7: the bound of announced conversations holds also while every one of them is read from the log. Once a
        // conversation that spoke then was announced beyond it, because none that was level could make room.
        client = new RecordedWayOut(2);
        HubSession session = sessionWith(2, 3);
        for (long seq = 11; seq <= 14; seq++) {
            for (long conversation = 1; conversation <= 3; conversation++) {
                log.add(message(conversation, seq));
                speak(conversation, seq);
                assertTrue(session.announced() <= 2);
            }
        }
        readAll(session);
        int announced = 0;
        for (Push push : client.told()) {
            announced += push instanceof Push.Subscribed ? 1 : push instanceof Push.Unsubscribed ? -1 : 0;
            assertTrue(announced <= 2, client.told()::toString);
        }
        for (String channel : List.of("c:1", "c:2", "c:3")) {
            assertEquals(List.of(11L, 12L, 13L, 14L), client.offsets(channel));
        }
    }

    @Test
    void conversationsTakeTurnsWhileTheyAreReadFromTheLog() {
        // I6: at the reader's own pace; one conversation that has much to catch up does not keep another waiting.
        client = new RecordedWayOut(3);
        HubSession session = sessionWith(200, 2);
        for (long seq = 11; seq <= 1_000; seq++) {
            log.add(message(1, seq));
        }
        log.add(message(2, 11));
        speak(1, 11);
        speak(1, 1_000);
        speak(2, 11);
        for (int reads = 0; reads < 3; reads++) {
            readOnce(session);
        }
        assertEquals(List.of(11L), client.offsets("c:2"));
        readAll(session);
        assertEquals(LongStream.rangeClosed(11, 1_000).boxed().toList(), client.offsets("c:1"));
    }

    @Test
    void whatIsDeliveredTogetherIsEncodedOnceForAll() {
        // Fan-out: one encoding, one frame for all who stand at the same place; another for who has a part of it.
        List<EncodedPush> taken = new ArrayList<>();
        List<Entry> run = List.of(message(1, 11), message(1, 12), message(1, 13));
        Batch batch = new Batch(new ConversationId(1), "e", run, new Recalls(System::nanoTime));
        taken.add(batch.next(10, 13));
        taken.add(batch.next(10, 13));
        assertSame(taken.getFirst(), taken.getLast());
        assertEquals(3, taken.getFirst().pushes().size());
        assertEquals(2, batch.next(11, 13).pushes().size());
        assertEquals(1, batch.next(10, 11).pushes().size());
    }

    @Test
    void muchAtOnceGoesOutInFramesOfBoundedSize() {
        // I7: what goes out as one frame is bounded; nothing is left out or repeated where frames meet.
        List<Entry> run = new ArrayList<>();
        for (long seq = 11; seq <= 40; seq++) {
            run.add(message(1, seq, "{\"text\":\"" + "x".repeat(10_000) + "\"}"));
        }
        HubSession session = sessionWith(200, 1);
        hub.entries(new ConversationId(1), run);
        assertEquals(LongStream.rangeClosed(11, 40).boxed().toList(), client.offsets("c:1"));
        assertTrue(session.follows(new ConversationId(1)));
        Batch batch = new Batch(new ConversationId(1), "e", run, new Recalls(System::nanoTime));
        assertEquals(6, batch.next(10, 40).pushes().size());
        assertEquals(6, batch.next(16, 40).pushes().size());
    }

    @Test
    void anEndedSessionLeavesNothingBehind() {
        // I7: what a session followed is given up with it, in the hub and in the feeds.
        HubSession session = sessionWith(200, 50);
        assertEquals(50, feeds.followed().size());
        assertTrue(hub.isConnected(ME));
        session.end();
        assertEquals(Set.of(), feeds.followed());
        assertFalse(hub.isConnected(ME));
        assertEquals(0, directory.count());
        speak(1, 11);
        assertEquals(List.of(), client.told());
    }

    @Test
    void aRemovalThatPassedByDuringConnectIsFoundInTheLog() {
        // I4 and membership: a member that was removed while its session was set up gets nothing of what follows.
        HubSession session = sessionWith(200, 1);
        departed = OptionalLong.of(10);
        hub.personal(ME, new PersonalEvent.Removed(new ConversationId(1)));
        assertFalse(session.follows(new ConversationId(1)));
        speak(1, 11);
        assertEquals(List.of(), client.told());
    }

    @Test
    void aRemovalWhileConnectingIsRemembered() {
        // Whoever sets the session up looks again at what it was told to have lost.
        HubSession session = session(200);
        hub.personal(ME, new PersonalEvent.Removed(new ConversationId(4)));
        assertEquals(Set.of(new ConversationId(4)), session.departuresWhileConnecting());
    }

    @Test
    void whoLeavesGetsThatEntryLast() {
        // The member entry that ends it comes last, then unsubscribe with code 2000.
        HubSession session = sessionWith(200, 1);
        Entry left = member(1, 11, MemberChange.Change.LEFT);
        hub.entries(new ConversationId(1), List.of(left, message(1, 12)));
        assertEquals(List.of(11L), client.offsets("c:1"));
        assertEquals(
                new Push.Unsubscribed("c:1", 2000, "not a member any more"),
                client.told().getLast());
        assertFalse(session.follows(new ConversationId(1)));
        assertEquals(Set.of(), feeds.followed());
    }

    @Test
    void aRunThatDoesNotFollowOnIsLeftOutAndReadFromTheLog() {
        // I4: none missing; whatever the feed left out, an entry goes out only right after the one before it.
        HubSession session = sessionWith(200, 1);
        speak(1, 11);
        log.addAll(List.of(message(1, 12), message(1, 13), message(1, 14)));
        speak(1, 14);
        assertEquals(List.of(11L, 12L, 13L, 14L), client.offsets("c:1"));
        assertTrue(session.follows(new ConversationId(1)));
    }

    @Test
    void aRemovalWhileTheSubscribeReplyIsUnderWayIsToldAfterIt() {
        // Once the end was told before the reply that began the subscription, so the client held it for subscribed
        // for ever. The member entry comes last, then unsubscribe with code 2000, in both modes.
        HubSession session = session(false, 200);
        session.open();
        ConversationId one = new ConversationId(1);
        assertTrue(hub.hold(session, one));
        hub.place(session, one, 10, 10, true);
        log.add(member(1, 11, MemberChange.Change.REMOVED));
        departed = OptionalLong.of(11);
        hub.personal(ME, new PersonalEvent.Removed(one));
        assertEquals(List.of(), client.told());

        session.release(one);
        assertEquals(List.of(11L), client.offsets("c:1"));
        assertEquals(
                new Push.Unsubscribed("c:1", 2000, "not a member any more"),
                client.told().getLast());
        assertFalse(session.follows(one));
    }

    @Test
    void whoCameBackMeanwhileStaysSubscribed() {
        // Once a removal that was looked up while the account was added again ended the new membership's
        // subscription: nothing more of the conversation reached that session (I4).
        HubSession session = sessionWith(200, 1);
        ConversationId one = new ConversationId(1);
        departed = OptionalLong.of(11);
        meanwhile = () -> {
            hub.entries(one, List.of(member(1, 11, MemberChange.Change.REMOVED)));
            hub.added(ME, one, 12, 12);
            hub.entries(one, List.of(member(1, 12, MemberChange.Change.ADDED)));
            departed = OptionalLong.empty();
        };
        hub.personal(ME, new PersonalEvent.Removed(one));
        speak(1, 13);
        assertEquals(List.of(11L, 12L, 13L), client.offsets("c:1"));
        assertTrue(session.follows(one));
    }

    @Test
    void whoCameBackWhileReadingSlowlyStaysSubscribed() {
        // The same for a session that reads the log and passes the removal and the coming back there.
        HubSession session = sessionWith(200, 1);
        ConversationId one = new ConversationId(1);
        departed = OptionalLong.of(12);
        meanwhile = () -> {
            log.addAll(List.of(
                    message(1, 11),
                    member(1, 12, MemberChange.Change.REMOVED),
                    member(1, 13, MemberChange.Change.ADDED),
                    message(1, 14)));
            hub.added(ME, one, 13, 13);
            speak(1, 14);
            departed = OptionalLong.empty();
        };
        hub.personal(ME, new PersonalEvent.Removed(one));
        speak(1, 15);
        assertEquals(List.of(11L, 12L, 13L, 14L, 15L), client.offsets("c:1"));
        assertTrue(session.follows(one));
    }

    @Test
    void whoComesBackWhileASessionIsSetUpIsSubscribed() {
        // Once an addition that was told between the look at the log and the giving up was given up with it: nothing
        // of the conversation reached that session any more (I4).
        HubSession session = session(200);
        ConversationId one = new ConversationId(1);
        assertTrue(hub.hold(session, one));
        departed = OptionalLong.of(11);
        meanwhile = () -> {
            hub.entries(one, List.of(member(1, 11, MemberChange.Change.REMOVED)));
            hub.added(ME, one, 12, 12);
            log.add(member(1, 12, MemberChange.Change.ADDED));
            hub.entries(one, log);
        };
        assertTrue(hub.dropDeparted(session, one));
        session.open();
        log.add(message(1, 13));
        speak(1, 13);
        assertEquals(List.of(12L, 13L), client.offsets("c:1"));
        assertTrue(session.follows(one));
    }

    @Test
    void aDirectoryEndsTheSessionsOfADeviceOrAnAccount() {
        // S4: signed out is 4501 for that device only, banned is 4502 for all of the account.
        HubSession session = sessionWith(200, 0);
        directory.signedOut(ME, List.of(new DeviceId(4)));
        assertEquals(List.of(), client.ends());
        directory.signedOut(ME, List.of(session.view().device()));
        directory.banned(ME);
        assertEquals(
                List.of(4501, 4502),
                client.ends().stream().map(Disconnect::code).toList());
        assertFalse(directory.end(new SessionId(77), new Disconnect(3503, "force disconnect")));
    }

    @Override
    public List<Entry> after(ConversationId conversation, long after, int limit) {
        return log.stream()
                .filter(entry -> entry.conversation().equals(conversation) && entry.seq() > after)
                .limit(limit)
                .toList();
    }

    @Override
    public OptionalLong headIfDeparted(AccountId account, ConversationId conversation) {
        OptionalLong answer = departed;
        Runnable once = meanwhile;
        meanwhile = () -> {};
        once.run();
        return answer;
    }
}
