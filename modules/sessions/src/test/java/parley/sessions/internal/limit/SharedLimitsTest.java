package parley.sessions.internal.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import parley.cluster.Signals;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// Two nodes that tell each other what accounts use, over a way that a test may cut.
class SharedLimitsTest {
    private static final AccountId ANN = new AccountId(1);
    private static final AccountId BEN = new AccountId(2);
    private static final int RATE = 100;
    private static final int BURST = 300;
    private static final int TICK_MILLIS = 10;

    private long now;
    private boolean cut;
    private int signals;
    private final List<Node> nodes = List.of(new Node("red"), new Node("blue"));

    private final class Node implements Signals {
        final String name;
        final Allowances allowances;
        final Places places = new Places(new Places.Most(1_000, 1_000, 10, 1_000, 1_000), new SimpleMeterRegistry());
        final SharedLimits limits;
        final List<Signals.Listener> listeners = new ArrayList<>();
        int sent;

        Node(String name) {
            this.name = name;
            Rate rate = new Rate(RATE, BURST);
            this.allowances = new Allowances(
                    new Allowances.Rates(rate, rate, new Rate(100_000, 100_000), rate, rate, rate, 16),
                    () -> now,
                    new SimpleMeterRegistry());
            this.limits = new SharedLimits(this, allowances, places, () -> now);
            limits.listen();
        }

        @Override
        public void publish(Topic topic, long key, byte[] payload) {
            signals++;
            if (!cut) {
                nodes.stream()
                        .filter(other -> other != this)
                        .forEach(other -> other.listeners.forEach(each -> each.received(name, payload)));
            }
        }

        @Override
        public void listen(Topic topic, Listener listener) {
            listeners.add(listener);
        }

        boolean begins(AccountId account) {
            return places.sessionBegins(account, InetAddress.ofLiteral("127.0.0.1"), limits.sessionsElsewhere(account));
        }
    }

    /// Ann sends at both nodes as fast as they let her, for so many seconds; how many got in.
    private int sendAtBoth(int seconds) {
        int before = nodes.stream().mapToInt(node -> node.sent).sum();
        for (int millis = 0; millis < seconds * 1_000; millis += TICK_MILLIS) {
            now += TICK_MILLIS * 1_000_000L;
            for (Node node : nodes) {
                while (node.allowances.send(ANN, new ConversationId(7)) == null) {
                    node.sent++;
                }
                if (millis % SharedLimits.TELL_MILLIS == 0) {
                    node.limits.tell();
                }
            }
        }
        return nodes.stream().mapToInt(node -> node.sent).sum() - before;
    }

    @Test
    void anAccountAtTwoNodesHasAboutOneAllowance() {
        // Promise: the rate of an account holds over all nodes, as well as half a second of delay allows.
        int unused = sendAtBoth(10);
        int sent = sendAtBoth(20);
        assertTrue(sent <= 20 * RATE * 1.2, "sent " + sent);
        assertTrue(sent >= 20 * RATE * 0.5, "sent " + sent);
    }

    @Test
    void withoutTheOthersANodeHasItsOwnLimits() {
        // Promise: what is lost between the nodes leaves each with its own limits, no less and no more.
        cut = true;
        int unused = sendAtBoth(10);
        int sent = sendAtBoth(20);
        assertTrue(Math.abs(sent - 2 * 20 * RATE) <= 2 * RATE, "sent " + sent);
    }

    @Test
    void whoUsesLittleCostsNothing() {
        // Promise: only accounts above a share of their allowance are told of.
        nodes.forEach(node -> {
            assertTrue(node.allowances.send(BEN, new ConversationId(7)) == null);
            node.limits.tell();
        });
        assertEquals(0, signals);
    }

    @Test
    void whoUsesMostIsToldFirst() {
        // Promise: with more accounts than a signal holds, those above their allowance do not wait for the rest.
        RateLimit<Integer> rate = new RateLimit<>("test", new Rate(RATE, BURST), () -> now, new SimpleMeterRegistry());
        rate.share();
        for (int key = 0; key < 1_000; key++) {
            assertEquals(0, rate.take(key, key == 777 ? BURST : 1 + BURST / 2));
        }
        assertEquals(Map.of(777, BURST), rate.takeUntold(1));
        assertEquals(999, rate.takeUntold(2_000).size());
        assertEquals(Map.of(), rate.takeUntold(2_000));
        CountLimit<Integer> count = new CountLimit<>("test", 10, new SimpleMeterRegistry());
        for (int key = 0; key < 1_000; key++) {
            for (int sessions = 0; sessions < (key == 777 ? 3 : 2); sessions++) {
                assertTrue(count.enter(key));
            }
        }
        assertEquals(Map.of(777, 3), count.atLeast(2, 1));
    }

    @Test
    void sessionsAtOtherNodesCount() {
        // Promise: sessions of an account at other nodes count at a connect, without asking anybody; what was
        // not told again for two seconds counts no more.
        Node red = nodes.getFirst();
        Node blue = nodes.getLast();
        for (int i = 0; i < 6; i++) {
            assertTrue(red.begins(ANN));
        }
        red.limits.tell();
        for (int i = 0; i < 4; i++) {
            assertTrue(blue.begins(ANN));
        }
        assertFalse(blue.begins(ANN));
        assertTrue(blue.begins(BEN));
        now += 3_000_000_000L;
        assertTrue(blue.begins(ANN));
    }

    @Test
    void whatCannotBeReadIsPassedOver() {
        // Promise: signals of a later version, or broken ones, change nothing.
        Node red = nodes.getFirst();
        for (byte[] payload : List.of(new byte[0], new byte[] {2, 0, 9, 1}, new byte[] {77, 0, 0})) {
            red.listeners.forEach(each -> each.received("blue", payload));
        }
        assertTrue(red.begins(ANN));
    }
}
