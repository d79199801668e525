package parley.sessions.internal.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.sessions.internal.presence.World.person;
import static parley.sessions.internal.presence.World.talk;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import parley.cluster.Cluster;
import parley.cluster.Signals.Topic;
import parley.kernel.AccountId;
import parley.sessions.internal.hub.HubSession;

/// Two nodes in one memory, whose signals may be lost and whose Redis may be away.
class AcrossNodesTest {
    private static final AccountId ANNA = person(1);
    private static final AccountId BEN = person(2);
    private static final int GRACE = 5_000;
    private static final PresenceLimits LIMITS = new PresenceLimits(10, 5_000, 20, GRACE);

    private final MemoryNodes nodes = new MemoryNodes();
    private final Cluster red = nodes.node("red");
    private final Cluster blue = nodes.node("blue");
    private final World one = new World(LIMITS, red);
    private final World two = one.beside(LIMITS, blue);
    private final WayOut anna = new WayOut();

    private static String online(AccountId who) {
        return "c:1 {\"type\":\"presence\",\"account\":\"" + who + "\",\"online\":true}";
    }

    private static String offline(AccountId who, long seen) {
        return "c:1 {\"type\":\"presence\",\"account\":\"" + who + "\",\"online\":false,\"lastSeen\":" + seen + "}";
    }

    private void pass(long millis) {
        for (long end = one.now + millis; one.now < end; ) {
            one.pass(100, 100);
            two.pass(100, 100);
            nodes.deliver();
        }
    }

    private HubSession annaAtOne() {
        one.found(1, List.of(ANNA, BEN));
        HubSession session = one.connect(ANNA, anna);
        pass(500);
        return session;
    }

    @Test
    void whoComesAndGoesAtAnotherNodeIsToldHere() {
        // C31 across nodes: online and offline travel, and cost the node that hears of them no look at memberships.
        HubSession unused = annaAtOne();
        HubSession b = two.connect(BEN, new WayOut());
        pass(500);
        assertEquals(List.of(online(BEN)), anna.events());
        assertEquals(Optional.of(new Presence.Sight(true, Optional.empty())), one.presence.sight(ANNA, BEN));
        int looks = one.looks;
        long left = two.now;
        two.disconnect(b);
        pass(GRACE + 500);
        assertEquals(List.of(online(BEN), offline(BEN, left)), anna.events());
        assertEquals(looks, one.looks);
        assertFalse(one.presence.sight(ANNA, BEN).orElseThrow().online());
    }

    @Test
    void whoHasASessionAtAnotherNodeDoesNotGo() {
        // Promise: one person at two nodes is one person; told of once, and gone when the last session is.
        HubSession unused = annaAtOne();
        HubSession here = one.connect(BEN, new WayOut());
        pass(500);
        HubSession there = two.connect(BEN, new WayOut());
        pass(500);
        one.disconnect(here);
        pass(GRACE + 1_000);
        assertEquals(List.of(online(BEN)), anna.events());
        long left = two.now;
        two.disconnect(there);
        pass(GRACE + 1_000);
        assertEquals(List.of(online(BEN), offline(BEN, left)), anna.events());
    }

    @Test
    void peopleOfADeadNodeGoUnlessTheyCome() {
        // Promise: when a node dies its people go offline after the grace, and their time is noted by one node; who
        // reconnects to another node was never away.
        one.found(2, List.of(ANNA, person(3)));
        HubSession unused = annaAtOne();
        unused = two.connect(BEN, new WayOut());
        unused = two.connect(person(3), new WayOut());
        pass(500);
        assertEquals(2, anna.events().size());
        nodes.kill(blue);
        long died = one.now;
        one.pass(GRACE / 2, 100);
        unused = one.connect(person(3), new WayOut());
        one.pass(GRACE, 100);
        assertEquals(offline(BEN, died), anna.events().getLast());
        assertEquals(3, anna.events().size(), () -> anna.events().toString());
        assertTrue(one.seen.getOrDefault(BEN, Instant.EPOCH).toEpochMilli() >= died);
        assertFalse(one.seen.containsKey(person(3)));
    }

    @Test
    void whatWasLostIsMadeGoodByTheNextRoll() {
        // Promise: signals may be lost; nobody stays online or offline by that for longer than a roll takes.
        HubSession unused = annaAtOne();
        nodes.passes = topic -> false;
        HubSession b = two.connect(BEN, new WayOut());
        pass(1_000);
        assertEquals(List.of(), anna.events());
        nodes.passes = topic -> true;
        pass(PresenceLimits.ROLL_MILLIS + 1_000);
        assertEquals(List.of(online(BEN)), anna.events());
        nodes.passes = topic -> false;
        two.disconnect(b);
        pass(GRACE + 1_000);
        assertEquals(1, anna.events().size());
        nodes.passes = topic -> true;
        pass(PresenceLimits.ROLL_MILLIS + 1_000);
        assertEquals(2, anna.events().size());
        assertFalse(one.presence.sight(ANNA, BEN).orElseThrow().online());
    }

    @Test
    void aNodeThatJoinsLearnsWhoIsThere() {
        // Promise: a new node need not wait for people to come and go.
        HubSession unused = annaAtOne();
        Cluster green = nodes.node("green");
        World three = one.beside(LIMITS, green);
        three.now = one.now;
        pass(300);
        three.pass(100, 100);
        nodes.redisAway = true;
        assertTrue(three.presence.sight(BEN, ANNA).orElseThrow().online());
    }

    @Test
    void typingTravels() {
        // C30 across nodes: who types there is told here, once, and the own node tells its own.
        HubSession unused = annaAtOne();
        HubSession b = two.connect(BEN, new WayOut());
        two.presence.typing(b, talk(1));
        pass(300);
        assertTrue(
                anna.events().contains("c:1 {\"type\":\"typing\",\"account\":\"2\"}"),
                () -> anna.events().toString());
        nodes.passes = topic -> topic != Topic.TYPING;
        pass(4_000);
        two.presence.typing(b, talk(1));
        pass(300);
        assertEquals(
                1,
                anna.events().stream().filter(event -> event.contains("typing")).count());
    }

    @Test
    void aLargeGroupCountsWhoFollowsItAnywhere() {
        // C34 across nodes: shares add up; who was the last of a node does not count on there, nor, for longer than
        // shares are good, at a node whose word that they are gone was lost.
        one.found(9, LongStream.rangeClosed(1, 20).mapToObj(World::person).toList());
        HubSession unused = one.connect(ANNA, anna);
        HubSession b = two.connect(BEN, new WayOut());
        HubSession c = two.connect(person(3), new WayOut());
        pass(PresenceLimits.COUNT_MILLIS + 1_000);
        assertEquals(3, one.presence.roster().count(talk(9)).users());
        two.disconnect(c);
        pass(GRACE + PresenceLimits.ROLL_MILLIS + 1_000);
        assertEquals(2, one.presence.roster().count(talk(9)).users());
        nodes.passes = topic -> false;
        two.disconnect(b);
        pass(PresenceLimits.ROLL_MILLIS + 1_000);
        nodes.passes = topic -> true;
        pass(PresenceLimits.SHARE_GOOD_MILLIS + 1_000);
        assertEquals(1, one.presence.roster().count(talk(9)).users());
    }

    @Test
    void aNodeThatStoodStillCallsItsRollWhenItWakes() {
        // I8: the others gave it up meanwhile; who is still connected there is online again soon, not after a roll.
        HubSession unused = annaAtOne();
        unused = two.connect(BEN, new WayOut());
        pass(PresenceLimits.ROLL_MILLIS);
        nodes.lapse(blue);
        one.pass(GRACE + 500, 100);
        assertEquals(2, anna.events().size());
        two.now = one.now;
        nodes.back(blue);
        pass(300);
        assertEquals(online(BEN), anna.events().getLast());
        assertEquals(3, anna.events().size());
    }

    @Test
    void aNodeThatWasAwayFromRedisCallsItsRollWhenItIsBack() {
        // I8: its people are online all the time, whatever the others believed while nothing of it reached them.
        HubSession unused = annaAtOne();
        unused = two.connect(BEN, new WayOut());
        pass(PresenceLimits.ROLL_MILLIS + 500);
        nodes.lapse(blue);
        nodes.passes = topic -> false;
        pass(GRACE + 500);
        assertEquals(2, anna.events().size());
        nodes.passes = topic -> true;
        nodes.back(blue);
        pass(300);
        assertEquals(online(BEN), anna.events().getLast());
        assertEquals(3, anna.events().size());
    }

    @Test
    void presenceNamesSessionsOfAllNodes() {
        // C35 across nodes: client ids from the registry; while Redis is away one made-up id for whoever is known.
        HubSession a = annaAtOne();
        HubSession b = two.connect(BEN, new WayOut());
        HubSession phone = two.connect(BEN, new WayOut());
        pass(300);
        var present = one.presence.roster().present(talk(1)).orElseThrow().clients();
        assertEquals(Set.of(a.client(), b.client(), phone.client()), present.keySet());
        assertEquals(3, one.presence.roster().count(talk(1)).clients());
        nodes.redisAway = true;
        assertEquals(2, one.presence.roster().count(talk(1)).users());
        assertEquals(
                2,
                one.presence.roster().present(talk(1)).orElseThrow().clients().size());
    }

    @Test
    void aConnectCostsOneWriteAndNoQuestion() {
        // Bar: at most 3 commands of Redis per connect; here one for the registry, and one signal.
        HubSession unused = annaAtOne();
        pass(PresenceLimits.ROLL_MILLIS);
        int asked = nodes.asked;
        int written = nodes.written;
        int signals = nodes.signals;
        for (int i = 0; i < 10; i++) {
            unused = two.connect(person(100 + i), new WayOut());
        }
        pass(300);
        assertEquals(asked, nodes.asked);
        assertEquals(written + 10, nodes.written);
        assertTrue(nodes.signals <= signals + 12, "ten changes, and a roll of each node at most");
    }
}
