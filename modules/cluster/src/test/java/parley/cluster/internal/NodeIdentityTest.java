package parley.cluster.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import parley.cluster.Cluster;
import parley.cluster.Node;
import parley.cluster.NodeStatus;
import parley.cluster.wiring.ClusterConfig;
import parley.cluster.wiring.ClusterModule;

/// Who this node is.
final class NodeIdentityTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void aNodeHasTheNameItIsGivenAndANewBootIdAtEachStart() {
        // Node: `name` is chosen by the operator or derived; `bootId` is new at every start.
        Node first = NodeIdentity.of(config("node-1"));
        Node again = NodeIdentity.of(config("node-1"));
        assertEquals("node-1", first.name());
        assertEquals(NOW, first.startedAt());
        assertEquals("1.0", first.version());
        assertNotEquals(first.bootId(), again.bootId());
    }

    @Test
    void aDerivedNameIsDifferentForTwoNodesOfOneHost() {
        // Configuration: node.name defaults to the host's name with a random end.
        Node one = NodeIdentity.of(config(null));
        Node other = NodeIdentity.of(config(null));
        assertNotEquals(one.name(), other.name());
        assertTrue(one.name().matches("[A-Za-z0-9._-]{1,64}"), one.name());
    }

    @Test
    void aNameThatCannotStandInAPathIsRefused() {
        // Conventions: a start-up error is a sentence that names the key, the bound and the value.
        for (String name : List.of("", "a b", "a/b", "x".repeat(65), "é")) {
            String sentence = assertThrows(IllegalArgumentException.class, () -> config(name))
                    .toString();
            assertTrue(sentence.contains(": node.name: ") && sentence.endsWith("'" + name + "'"), sentence);
        }
    }

    @Test
    void aNodeAloneIsItsWholeCluster() {
        // Cluster: all live nodes as this one knows them, itself first.
        try (Cluster cluster = ClusterModule.inProcess(config("a"))) {
            assertEquals(
                    List.of(cluster.self()),
                    cluster.nodes().stream().map(NodeStatus::node).toList());
            assertEquals(1, cluster.probes().size());
        }
    }

    private static ClusterConfig config(@Nullable String name) {
        return new ClusterConfig(name, "1.0", "http://127.0.0.1:8080", InstantSource.fixed(NOW));
    }
}
