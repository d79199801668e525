package parley.sessions.internal.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import parley.kernel.AccountId;
import parley.sessions.internal.presence.Attendance.Change;
import parley.testkit.Seeds;

class AttendanceTest {
    private static final AccountId ANNA = new AccountId(1);
    private static final int GRACE = 1_000;

    private final Attendance attendance = new Attendance(GRACE, 100);

    @Test
    void theFirstSessionComesAndTheLastOneGoesAfterTheGrace() {
        // C31: online when the first session opens, offline some time after the last one ended.
        attendance.opened(ANNA);
        attendance.opened(ANNA);
        assertEquals(new Change(ANNA, true, 0), attendance.next());
        assertNull(attendance.next());
        assertTrue(!attendance.closed(ANNA, 0, 77) && attendance.closed(ANNA, 10, 88));
        attendance.expire(10 + GRACE - 1);
        assertNull(attendance.next());
        assertTrue(attendance.isOnline(ANNA));
        attendance.expire(10 + GRACE);
        assertEquals(new Change(ANNA, false, 88), attendance.next());
        assertEquals(0, attendance.size());
    }

    @Test
    void aReconnectWithinTheGraceIsNoChange() {
        // C31: whoever comes back in time was never away.
        attendance.opened(ANNA);
        assertEquals(new Change(ANNA, true, 0), attendance.next());
        for (int i = 0; i < 50; i++) {
            assertTrue(attendance.closed(ANNA, i, i));
            attendance.expire(i);
            attendance.opened(ANNA);
        }
        attendance.expire(1_000_000);
        assertNull(attendance.next());
    }

    @Test
    void whoWasNeverToldOfIsForgottenSilently() {
        // The newest state wins: one that came and went before anybody was told is no change.
        attendance.opened(ANNA);
        assertTrue(attendance.closed(ANNA, 0, 0));
        attendance.expire(GRACE);
        assertNull(attendance.next());
        assertEquals(0, attendance.size());
    }

    @Test
    void whatCouldNotBeToldIsToldLaterAsItIsThen() {
        // Nothing is lost while what is needed to tell it is away, and the newest state counts.
        attendance.opened(ANNA);
        Change change = attendance.next();
        assertTrue(change != null);
        attendance.untold(change);
        assertEquals(change, attendance.next());
        assertTrue(attendance.closed(ANNA, 0, 5));
        attendance.expire(GRACE);
        Change gone = attendance.next();
        assertEquals(new Change(ANNA, false, 5), gone);
        attendance.untold(new Change(ANNA, false, 5));
        attendance.opened(ANNA);
        assertNull(attendance.next());
    }

    @Test
    void whatIsToldIsAlwaysTrueInTheEndAndMemoryIsBounded() {
        // Property: after any history, what was told last equals what is; changes alternate; never more is kept than
        // sessions, leavers and changes allow.
        Seeds.each(200, seed -> {
            Random random = new Random(seed);
            int people = 1 + random.nextInt(20);
            Attendance tracked = new Attendance(1 + random.nextInt(50), 1_000);
            Map<AccountId, Integer> sessions = new HashMap<>();
            Map<AccountId, Boolean> told = new HashMap<>();
            long now = 0;
            for (int step = 0; step < 400; step++) {
                now += random.nextInt(10);
                AccountId account = new AccountId(1 + random.nextInt(people));
                int open = sessions.getOrDefault(account, 0);
                switch (random.nextInt(4)) {
                    case 0, 1 -> {
                        tracked.opened(account);
                        sessions.put(account, open + 1);
                    }
                    case 2 -> {
                        if (open > 0) {
                            assertEquals(open == 1, tracked.closed(account, now, now));
                            sessions.put(account, open - 1);
                        }
                    }
                    default -> {
                        tracked.expire(now);
                        tell(tracked, told, random);
                    }
                }
                assertTrue(tracked.size() <= people && tracked.waiting() <= people);
            }
            tracked.expire(Long.MAX_VALUE);
            while (tracked.waiting() > 0) {
                tell(tracked, told, random);
            }
            for (int id = 1; id <= people; id++) {
                AccountId account = new AccountId(id);
                boolean online = sessions.getOrDefault(account, 0) > 0;
                assertEquals(online, told.getOrDefault(account, false));
                assertEquals(online, tracked.isOnline(account));
            }
            long online = sessions.values().stream().filter(count -> count > 0).count();
            assertEquals(online, tracked.size());
        });
    }

    private static void tell(Attendance tracked, Map<AccountId, Boolean> told, Random random) {
        Change change = tracked.next();
        if (change == null) {
            return;
        }
        if (random.nextInt(5) == 0) {
            tracked.untold(change);
            return;
        }
        Boolean before = told.put(change.account(), change.online());
        assertEquals(!change.online(), before != null && before, "told twice: " + change);
    }

    @Test
    void moreChangesThanThereIsRoomForAreForgottenAndCounted() {
        // I7: a bound with a name; what is over is dropped, the oldest first.
        Attendance small = new Attendance(GRACE, 10);
        for (int id = 1; id <= 1_000; id++) {
            small.opened(new AccountId(id));
        }
        assertEquals(10, small.waiting());
        assertEquals(990, small.forgotten());
        for (int id = 1; id <= 1_000; id++) {
            assertTrue(small.closed(new AccountId(id), 0, 0));
        }
        assertTrue(small.size() <= 20, "kept " + small.size());
    }
}
