package parley.cluster.internal.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import parley.cluster.Node;
import parley.cluster.NodeStatus;

/// Who lives, from leases alone.
final class MembershipTest {
    private final Membership membership = new Membership(1_400, 60_000);

    @Test
    void aNodeLivesWhileItsLeaseIsRenewed() {
        // Membership: a lease that nobody renews, as of a node that died long ago, makes nobody live.
        assertEquals(List.of(), told(1, 0));
        assertEquals(List.of(), told(1, 250));
        assertEquals(List.of("+b"), told(2, 500));
        assertEquals(1, membership.alive().size());
        for (long now = 750; now <= 1_900; now += 250) {
            assertEquals(List.of(), told(2, now));
        }
        assertEquals(List.of("-b without a word"), told(2, 2_000));
        assertEquals(List.of(), membership.alive());
        assertEquals(List.of("+b"), told(3, 2_250));
    }

    @Test
    void nobodyIsGoneBecauseThisNodeDidNotLook() {
        // A node that was frozen, or had no Redis, sees all others unchanged at its first look.
        assertEquals(List.of(), told(1, 0));
        assertEquals(List.of("+b"), told(2, 250));
        membership.resume(30_000);
        assertEquals(List.of(), told(2, 30_000));
        assertEquals(List.of(), told(2, 30_250));
        assertEquals(List.of(), told(3, 30_500));
        // Not even after a long time without a resume: three looks are needed.
        assertEquals(List.of(), told(3, 60_000));
    }

    @Test
    void whoSaysGoodbyeIsGoneAtOnce() {
        // NodeWatch: it gave its lease up.
        assertEquals(List.of(), told(1, 0));
        assertEquals(List.of("+b"), told(2, 250));
        assertEquals(List.of("-b"), words(membership.goodbye("boot")));
        assertEquals(List.of(), words(membership.goodbye("boot")));
        assertEquals(List.of(), told(2, 500));
        assertEquals(List.of(), membership.forgotten(1_000));
        assertEquals(List.of("boot"), membership.forgotten(90_000));
    }

    private List<String> told(long renewal, long now) {
        Node node = new Node("b", "boot", "1", "", Instant.EPOCH);
        return words(membership.look(
                Map.of("boot", new Lease(new NodeStatus(node, NodeStatus.Load.NONE), renewal)), now));
    }

    private static List<String> words(List<Membership.Change> changes) {
        return changes.stream()
                .map(change -> (change.isJoin() ? "+" : "-")
                        + change.node().name()
                        + (change.isLapse() ? " without a word" : ""))
                .toList();
    }
}
