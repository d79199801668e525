package parley.sessions.internal.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.sessions.internal.presence.World.person;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import parley.kernel.AccountId;
import parley.testkit.Seeds;

class EverywhereTest {
    private static final String SELF = "self";
    private static final String RED = "red";
    private static final String BLUE = "blue";

    private final Everywhere everywhere = new Everywhere(3);

    private static Signal.Presence came(long id) {
        return new Signal.Presence(person(id), true, 0, null);
    }

    private static Signal.Presence went(long id) {
        return new Signal.Presence(person(id), false, 7, null);
    }

    private static Signal.Roll roll(long round, int part, int parts, Long... ids) {
        return new Signal.Roll(
                round, part, parts, List.of(ids).stream().map(AccountId::new).toList());
    }

    private List<String> changes() {
        List<String> all = new ArrayList<>();
        for (Signal.Presence change = everywhere.next(); change != null; change = everywhere.next()) {
            all.add((change.online() ? "+" : "-") + change.account());
        }
        return all;
    }

    @Test
    void aNodeThatWasOnlyFrozenTakesNobodyWithIt() {
        // Promise: a node that is back within the grace was never gone.
        everywhere.told(RED, came(1));
        assertEquals(List.of("+1"), changes());
        everywhere.left(RED, 100, 50);
        everywhere.told(RED, came(2));
        assertEquals(List.of(), everywhere.expire(200, List.of(RED)));
        assertEquals(List.of("+2"), changes());
        assertTrue(everywhere.isOnlineBeside(SELF, person(1)));
        everywhere.left(RED, 210, 205);
        assertEquals(List.of(), everywhere.expire(206, List.of(RED)));
        everywhere.left(RED, 260, 250);
        assertEquals(List.of(), everywhere.expire(259, List.of()));
        assertEquals(List.of(), everywhere.expire(259, List.of(RED)));
        everywhere.keepOnly(List.of(SELF), 300, 250);
        assertEquals(
                Set.of(
                        new Signal.Presence(person(1), false, 250, null),
                        new Signal.Presence(person(2), false, 250, null)),
                new HashSet<>(everywhere.expire(300, List.of())));
        assertEquals(2, changes().size());
        assertEquals(0, everywhere.size());
    }

    @Test
    void aRollThatIsNotCompleteTakesNobodyAway() {
        // Promise: a part that was lost is no reason to believe that somebody is gone; a complete roll is.
        everywhere.told(RED, came(1));
        everywhere.told(RED, came(2));
        assertEquals(List.of("+1", "+2"), changes());
        everywhere.called(RED, roll(1, 0, 2, 1L), 9);
        everywhere.called(RED, roll(2, 1, 2), 9);
        assertEquals(List.of(), changes());
        everywhere.called(RED, roll(2, 0, 2, 1L), 9);
        assertEquals(List.of("-2"), changes());
    }

    @Test
    void whoFindsNoRoomIsCountedAndHarmsNobody() {
        // Promise (I7): no more accounts are known than stated.
        for (long id = 1; id <= 5; id++) {
            everywhere.told(RED, came(id));
        }
        assertEquals(3, everywhere.size());
        assertEquals(2, everywhere.forgotten());
        assertEquals(List.of("+1", "+2", "+3"), changes());
        everywhere.told(RED, went(5));
        assertNull(everywhere.next());
    }

    @Test
    void whatIsToldIsTheSumOfWhatAllSaid() {
        // Promise: whatever comes in whichever order, the changes told lead from nobody to who is online now, each
        // in its turn, and nothing is kept of those who are not.
        Seeds.each(50, seed -> {
            Random random = new Random(seed);
            Everywhere all = new Everywhere(1_000);
            Map<String, Set<AccountId>> truth = new HashMap<>(Map.of(RED, new HashSet<>(), BLUE, new HashSet<>()));
            Set<AccountId> told = new HashSet<>();
            for (int step = 0; step < 500; step++) {
                String boot = random.nextBoolean() ? RED : BLUE;
                AccountId account = person(1 + random.nextInt(5));
                Set<AccountId> there = truth.getOrDefault(boot, new HashSet<>());
                switch (random.nextInt(5)) {
                    case 0 -> {
                        all.told(boot, came(account.value()));
                        there.add(account);
                    }
                    case 1 -> {
                        all.told(boot, went(account.value()));
                        there.remove(account);
                    }
                    case 2 -> all.called(boot, new Signal.Roll(step, 0, 1, List.copyOf(there)), 7);
                    default -> tell(all, told, random);
                }
            }
            while (tellOne(all, told)) {
                // Until nothing waits.
            }
            Set<AccountId> online = new HashSet<>();
            truth.values().forEach(online::addAll);
            assertEquals(online, told);
            assertEquals(online.size(), all.size());
        });
    }

    /// One change, which now and then cannot be told.
    private static void tell(Everywhere all, Set<AccountId> told, Random random) {
        if (random.nextInt(4) > 0) {
            boolean unused = tellOne(all, told);
        } else {
            Signal.Presence change = all.next();
            if (change != null) {
                all.untold(change);
            }
        }
    }

    private static boolean tellOne(Everywhere all, Set<AccountId> told) {
        Signal.Presence change = all.next();
        if (change == null) {
            return false;
        }
        boolean news = change.online() ? told.add(change.account()) : told.remove(change.account());
        assertTrue(news, () -> "told twice: " + change);
        assertFalse(change.online() && !told.contains(change.account()));
        return true;
    }
}
