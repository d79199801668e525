package parley.sessions.internal.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import parley.kernel.AccountId;
import parley.sessions.internal.limit.Places.Verdict;

class PlacesTest {
    private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.2");

    @Test
    void aLimitAtOnceIsExactInARace() throws InterruptedException {
        // per-account-max is exact: of 200 sessions that begin at the same moment just as many as allowed begin.
        CountLimit<AccountId> limit = new CountLimit<>("test", 50, new SimpleMeterRegistry());
        AccountId account = new AccountId(7);
        for (int round = 0; round < 50; round++) {
            AtomicInteger entered = new AtomicInteger();
            CountDownLatch begin = new CountDownLatch(1);
            CountDownLatch done = new CountDownLatch(200);
            for (int i = 0; i < 200; i++) {
                Thread unused = Thread.startVirtualThread(() -> {
                    awaited(begin);
                    if (limit.enter(account)) {
                        entered.incrementAndGet();
                    }
                    done.countDown();
                });
            }
            begin.countDown();
            done.await();
            assertEquals(50, entered.get());
            for (int i = 0; i < 50; i++) {
                limit.leave(account);
            }
            assertEquals(0, limit.keys(), "nothing is remembered of who is gone");
        }
    }

    @Test
    void connectionsOfTheNodeAndOfAnAddressAreLimited() {
        // connections-max and per-address-max; a place that was left is free again.
        Places places = places(new Places.Most(3, 2, 9, 9, 9));
        assertEquals(Verdict.TAKEN, places.connectionOpens(ONE));
        assertEquals(Verdict.TAKEN, places.connectionOpens(ONE));
        assertEquals(Verdict.ADDRESS_FULL, places.connectionOpens(ONE));
        assertEquals(Verdict.TAKEN, places.connectionOpens(OTHER));
        assertEquals(Verdict.NODE_FULL, places.connectionOpens(OTHER));
        assertTrue(places.isFull());
        places.connectionEnded(ONE);
        assertEquals(Verdict.TAKEN, places.connectionOpens(OTHER));
        assertEquals(3, places.connections());
    }

    @Test
    void handshakesAreConnectionsWithoutASession() {
        // handshakes-max and handshakes-per-address-max: whoever connects makes room, also when it is over.
        Places places = places(new Places.Most(99, 99, 9, 3, 2));
        assertEquals(Verdict.TAKEN, places.connectionOpens(ONE));
        assertEquals(Verdict.TAKEN, places.connectionOpens(ONE));
        assertEquals(Verdict.ADDRESS_FULL, places.connectionOpens(ONE));
        assertEquals(Verdict.TAKEN, places.connectionOpens(OTHER));
        assertEquals(Verdict.NODE_FULL, places.connectionOpens(OTHER));
        assertTrue(places.sessionBegins(new AccountId(1), ONE));
        assertEquals(Verdict.TAKEN, places.connectionOpens(ONE));
        places.connectionEnded(ONE);
        places.sessionEnded(new AccountId(1), ONE);
        assertEquals(Verdict.NODE_FULL, places.connectionOpens(OTHER));
    }

    @Test
    void sessionsOfAnAccountAreLimited() {
        // per-account-max, wherever the sessions come from.
        Places places = places(new Places.Most(99, 99, 2, 99, 99));
        AccountId account = new AccountId(5);
        assertTrue(places.sessionBegins(account, ONE));
        assertTrue(places.sessionBegins(account, OTHER));
        assertFalse(places.sessionBegins(account, ONE));
        places.sessionEnded(account, OTHER);
        assertTrue(places.sessionBegins(account, ONE));
    }

    @Test
    void anAddressIsWhatOnePersonHas() {
        // An IPv6 client has a whole /64, so its addresses count as one; an IPv4 address is itself.
        assertEquals(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff:1:2:3"));
        assertFalse(key("2001:db8:1:2::1").equals(key("2001:db8:1:3::1")));
        assertFalse(key("192.0.2.1").equals(key("192.0.2.2")));
        assertEquals(key("192.0.2.1"), key("::ffff:192.0.2.1"));
    }

    private static AddressKey key(String address) {
        return AddressKey.of(InetAddress.ofLiteral(address));
    }

    private static Places places(Places.Most most) {
        return new Places(most, new SimpleMeterRegistry());
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
