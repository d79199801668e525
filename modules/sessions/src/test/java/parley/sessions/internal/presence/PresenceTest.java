package parley.sessions.internal.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.sessions.internal.presence.World.person;
import static parley.sessions.internal.presence.World.talk;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import parley.kernel.AccountId;
import parley.sessions.internal.hub.HubSession;
import parley.sessions.internal.protocol.message.Push;

class PresenceTest {
    private static final AccountId ANNA = person(1);
    private static final AccountId BEN = person(2);
    private static final AccountId CORA = person(3);
    private static final int MEMBERS_MAX = 10;
    private static final int NODE_RATE = 5_000;
    private static final int SESSION_RATE = 20;
    private static final int GRACE = 5_000;

    private final World world = new World(new PresenceLimits(MEMBERS_MAX, NODE_RATE, SESSION_RATE, GRACE));

    private static String online(long conversation, AccountId who) {
        return "c:" + conversation + " {\"type\":\"presence\",\"account\":\"" + who + "\",\"online\":true}";
    }

    private String offline(long conversation, AccountId who, long seen) {
        return "c:" + conversation + " {\"type\":\"presence\",\"account\":\"" + who
                + "\",\"online\":false,\"lastSeen\":" + seen + "}";
    }

    private static String typing(long conversation, AccountId who) {
        return "c:" + conversation + " {\"type\":\"typing\",\"account\":\"" + who + "\"}";
    }

    private static String read(long conversation, AccountId who, long seq) {
        return "c:" + conversation + " {\"type\":\"read\",\"account\":\"" + who + "\",\"seq\":" + seq + "}";
    }

    @Test
    void whoSharesTwoHundredConversationsIsToldOfOnce() {
        // C31: told once per session however many conversations are shared, not once per conversation and member.
        for (int i = 1; i <= 200; i++) {
            world.found(i, List.of(ANNA, BEN));
        }
        WayOut anna = new WayOut();
        HubSession a = world.connect(ANNA, anna);
        HubSession b = world.connect(BEN, new WayOut());
        world.pass(1_000, 100);
        assertEquals(List.of(online(1, BEN)), anna.events());
        long left = world.now;
        world.disconnect(b);
        world.pass(GRACE + 1_000, 100);
        assertEquals(List.of(online(1, BEN), offline(1, BEN, left)), anna.events());
        assertEquals(Instant.ofEpochMilli(left), world.seen.get(BEN));
        world.disconnect(a);
    }

    @Test
    void nothingIsSentBeforeTheReplyNorForWhatTheClientDoesNotKnow() {
        // Section 19: no event before the connect reply, none on a channel that the client was not told of.
        world.found(1, List.of(ANNA, BEN));
        WayOut quiet = new WayOut();
        HubSession q = world.set(ANNA, quiet, true);
        WayOut early = new WayOut();
        HubSession e = world.set(ANNA, early, false);
        HubSession b = world.connect(BEN, new WayOut());
        world.presence.typing(b, talk(1));
        world.presence.read(BEN, talk(1), 3);
        world.pass(3_000, 100);
        assertEquals(List.of(), early.told(), "not connected yet");
        q.open();
        world.presence.opened(q);
        e.open();
        world.presence.opened(e);
        world.presence.typing(b, talk(1));
        world.presence.read(BEN, talk(1), 4);
        world.pass(3_000, 100);
        assertEquals(List.of(), quiet.told(), "the conversation is quiet");
        assertEquals(List.of(typing(1, BEN), read(1, BEN, 4)), early.events());
        world.speak(1, BEN);
        world.pass(4_000, 100);
        world.presence.typing(b, talk(1));
        assertTrue(quiet.told().getFirst() instanceof Push.Subscribed, "first the channel is made known");
        assertEquals(List.of(typing(1, BEN)), quiet.events());
    }

    @Test
    void aFormerMemberHearsNothingAndIsNotHeard() {
        // C30: nor to former members, and nothing of them.
        world.found(1, List.of(ANNA, BEN, CORA));
        WayOut anna = new WayOut();
        WayOut ben = new WayOut();
        HubSession a = world.connect(ANNA, anna);
        HubSession b = world.connect(BEN, ben);
        world.pass(1_000, 100);
        int before = ben.told().size();
        world.remove(1, BEN);
        world.presence.typing(a, talk(1));
        world.presence.typing(b, talk(1));
        world.presence.read(ANNA, talk(1), 9);
        HubSession c = world.connect(CORA, new WayOut());
        world.pass(4_000, 100);
        List<Push> after = ben.told().subList(before, ben.told().size());
        assertEquals(2, after.size(), "the entry that says so, and the end: " + after);
        assertTrue(after.getLast() instanceof Push.Unsubscribed);
        assertEquals(List.of(online(1, BEN), online(1, CORA)), anna.events());
        world.disconnect(b);
        world.disconnect(c);
    }

    @Test
    void whoSharesNoConversationKnowsNothing() {
        // C32, C35: account.get tells those who share a conversation; presence names the members that are there.
        world.found(1, List.of(ANNA, BEN, CORA));
        HubSession a = world.connect(ANNA, new WayOut());
        HubSession c = world.connect(CORA, new WayOut());
        assertEquals(Optional.of(new Presence.Sight(true, Optional.empty())), world.presence.sight(ANNA, CORA));
        assertEquals(Optional.empty(), world.presence.sight(person(99), CORA), "a stranger");
        assertEquals(
                Set.of(a.client(), c.client()),
                world.presence.roster().present(talk(1)).orElseThrow().clients().keySet());
        assertEquals(2, world.presence.roster().count(talk(1)).users());
    }

    @Test
    void whileTheDatabaseIsAwayNothingIsLostThatStillHolds() {
        // What could not be told is told once it can be, as it is then; typing is worth nothing later.
        world.found(1, List.of(ANNA, BEN, CORA));
        WayOut anna = new WayOut();
        HubSession a = world.connect(ANNA, anna);
        world.pass(500, 100);
        world.away = true;
        HubSession b = world.connect(BEN, new WayOut());
        HubSession c = world.connect(CORA, new WayOut());
        world.presence.typing(b, talk(1));
        world.disconnect(c);
        world.pass(GRACE + 1_000, 100);
        assertEquals(List.of(), anna.events());
        world.away = false;
        world.pass(1_000, 100);
        assertEquals(List.of(online(1, BEN)), anna.events());
        assertTrue(world.counted("parley.events.dropped", "reason", "away") > 0);
        world.disconnect(a);
    }

    @Test
    void aFullWayOutDropsEventsAndKeepsEntriesInOrder() {
        // I6: with a full way out events are dropped and counted, entries still come, all of them, in order.
        world.found(1, List.of(ANNA, BEN));
        WayOut anna = new WayOut(20);
        HubSession a = world.connect(ANNA, anna);
        HubSession b = world.connect(BEN, new WayOut());
        world.pass(500, 100);
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 10; i++) {
                world.speak(1, BEN);
            }
            world.presence.typing(b, talk(1));
            world.presence.read(BEN, talk(1), round);
            world.pass(PresenceLimits.TYPING_MILLIS, 500);
        }
        int events = anna.events().size();
        assertTrue(events < 8, "the way out was never full: " + events);
        assertTrue(world.counted("parley.hub.ephemeral.dropped") > 0);
        anna.readAll();
        world.presence.typing(b, talk(1));
        assertEquals(events, anna.events().size(), "there is room, and entries are still missing");
        while (anna.offsets().size() < 200) {
            anna.readAll();
            a.drained();
        }
        assertEquals(LongStream.rangeClosed(1, 200).boxed().toList(), anna.offsets());
        anna.readAll();
        world.pass(PresenceLimits.TYPING_MILLIS, 500);
        world.presence.typing(b, talk(1));
        assertEquals(events + 1, anna.events().size(), "and events come again");
    }

    @Test
    void aLargeGroupGetsCountsSeldom() {
        // C34: above the configured size counts instead of names, once in ten seconds; no markers at all.
        List<AccountId> people = LongStream.rangeClosed(1, MEMBERS_MAX + 1)
                .mapToObj(World::person)
                .toList();
        world.found(1, people);
        WayOut anna = new WayOut();
        HubSession a = world.connect(ANNA, anna);
        List<HubSession> sessions = new ArrayList<>();
        for (AccountId each : people.subList(1, people.size())) {
            sessions.add(world.connect(each, new WayOut()));
            world.pass(100, 100);
        }
        for (HubSession each : sessions) {
            world.presence.typing(each, talk(1));
            world.presence.read(each.account(), talk(1), 5);
        }
        world.pass(20_000, 100);
        assertTrue(anna.events().contains("c:1 {\"type\":\"presence\",\"count\":11}"), anna.events()::toString);
        assertTrue(anna.events().contains("c:1 {\"type\":\"typing\",\"count\":10}"), anna.events()::toString);
        assertTrue(anna.events().size() <= 4, anna.events()::toString);
        assertTrue(world.presence.roster().present(talk(1)).isEmpty());
        assertEquals(11, world.presence.roster().count(talk(1)).users());
        world.disconnect(a);
    }

    @Test
    void presenceNamesEverybodyOnceBeforeAnybodyTwice() {
        // C35: at most a thousand sessions, and each member that is online among them.
        world.found(1, List.of(ANNA, BEN));
        HubSession b = world.connect(BEN, new WayOut());
        for (int i = 0; i < Roster.CLIENTS_MAX + 10; i++) {
            HubSession unused = world.connect(ANNA, new WayOut());
        }
        var clients = world.presence.roster().present(talk(1)).orElseThrow().clients();
        assertEquals(Roster.CLIENTS_MAX, clients.size());
        assertTrue(clients.containsKey(b.client()));
        assertEquals(
                Roster.CLIENTS_MAX + 11, world.presence.roster().count(talk(1)).clients());
    }
}
