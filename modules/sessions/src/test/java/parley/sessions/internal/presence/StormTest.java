package parley.sessions.internal.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import parley.kernel.AccountId;
import parley.sessions.internal.hub.HubSession;
import parley.testkit.Seeds;

/// Everybody comes, goes and types at once.
class StormTest {
    private static final int PEOPLE = 1_000;
    private static final int GROUP = 10;
    private static final int GROUPS_EACH = 10;
    private static final int NODE_RATE = 5_000;
    private static final int SESSION_RATE = 20;
    private static final int GRACE = 5_000;
    private static final int STEP = 100;

    private final World world = new World(new PresenceLimits(100, NODE_RATE, SESSION_RATE, GRACE));
    private final Map<AccountId, HubSession> sessions = new HashMap<>();
    private final Map<AccountId, WayOut> clients = new HashMap<>();

    private void gather(Random random) {
        List<AccountId> people =
                IntStream.rangeClosed(1, PEOPLE).mapToObj(World::person).toList();
        int conversation = 0;
        for (int round = 0; round < GROUPS_EACH; round++) {
            List<AccountId> shuffled = new ArrayList<>(people);
            Collections.shuffle(shuffled, random);
            for (int i = 0; i < PEOPLE; i += GROUP) {
                world.found(++conversation, shuffled.subList(i, i + GROUP));
            }
        }
        people.forEach(each -> clients.put(each, new WayOut()));
    }

    private void everybodyComes() {
        clients.forEach((account, client) -> sessions.put(account, world.connect(account, client)));
    }

    private void everybodyGoes() {
        sessions.values().forEach(world::disconnect);
        sessions.clear();
    }

    private int events() {
        return clients.values().stream().mapToInt(WayOut::eventCount).sum();
    }

    @Test
    void aStormOfReconnectsTellsNobodyAnything() {
        // C31: a thousand sessions that all come back within the grace, again and again, are no change at all.
        gather(new Random(1));
        everybodyComes();
        world.pass(60_000, STEP);
        int before = events();
        for (int i = 0; i < 10; i++) {
            everybodyGoes();
            world.pass(GRACE - 1_000, STEP);
            everybodyComes();
            world.pass(1_000, STEP);
        }
        world.pass(60_000, STEP);
        assertEquals(before, events());
    }

    @Test
    void aStormIsToldAtABoundedRateAndSettles() {
        // C36, I7: a thousand sessions come and go for good: pushes of the node and of each session stay within their
        // rates, what waits is bounded, and in the end everybody knows what holds and nothing is kept.
        Seeds.each(1, seed -> new StormTest().storm(new Random(seed)));
    }

    private void storm(Random random) {
        gather(random);
        everybodyComes();
        int total = 0;
        Map<AccountId, Integer> each = new HashMap<>();
        for (int second = 0; second < 80; second++) {
            if (second == 20) {
                everybodyGoes();
            }
            if (second == 40) {
                everybodyComes();
            }
            for (int step = 0; step < 1_000; step += STEP) {
                type(random);
                world.pass(STEP, STEP);
            }
            int now = events();
            // A change is told as a whole, so one tick may be over by what one account's friends are.
            assertTrue(now - total <= 2 * NODE_RATE + 1_000, (now - total) + " in second " + second);
            total = now;
            clients.forEach((account, client) -> {
                int count = client.eventCount() - each.getOrDefault(account, 0);
                assertTrue(count <= 3 * SESSION_RATE, count + " events to one session in a second");
                each.put(account, client.eventCount());
            });
            assertTrue(world.gauge("parley.presence.changes") <= PEOPLE);
            assertTrue(world.gauge("parley.events.waiting") <= PEOPLE * 100);
        }
        clients.forEach(this::assertKnowsWhoIsOnline);
        everybodyGoes();
        world.pass(GRACE + 5_000, STEP);
        assertEquals(0, world.gauge("parley.presence.changes"));
        assertEquals(0, world.gauge("parley.events.waiting"));
        assertEquals(0, world.gauge("parley.presence.accounts"));
        assertEquals(0, world.gauge("parley.events.paced"));
    }

    private void type(Random random) {
        for (int i = 0; i < 20 && !sessions.isEmpty(); i++) {
            HubSession session = sessions.get(World.person(1 + random.nextInt(PEOPLE)));
            if (session != null) {
                world.presence.typing(session, World.talk(1 + random.nextInt(PEOPLE / GROUP * GROUPS_EACH)));
            }
        }
    }

    /// Whoever was told that somebody went was told since that they are back.
    private void assertKnowsWhoIsOnline(AccountId account, WayOut client) {
        Map<String, Boolean> last = new HashMap<>();
        client.events().stream().filter(event -> event.contains("presence")).forEach(event -> {
            String who = event.replaceAll(".*\"account\":\"([0-9]+)\".*", "$1");
            last.put(who, event.contains("\"online\":true"));
        });
        assertTrue(!last.containsValue(false), account + " believes that somebody is away");
    }
}
