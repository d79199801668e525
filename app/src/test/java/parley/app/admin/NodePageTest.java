package parley.app.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import parley.cluster.Node;
import parley.cluster.NodeStatus;

final class NodePageTest {
    private static final List<NodeStatus> NODES = nodes("n3", "n1", "n1-b", "n2", "n10");

    @Test
    void followingTheCursorsShowsEveryNodeOnceByName() {
        // Paging: limit is the most of a page, next leads on, and is missing on the last one.
        List<String> shown = new ArrayList<>();
        NodePage page = NodePage.FIRST;
        for (int size : List.of(2, 2, 1)) {
            NodePage.Part part = page.of(NODES, 2);
            assertEquals(size, part.nodes().size());
            part.nodes().forEach(status -> shown.add(status.node().name()));
            if (size == 1) {
                assertNull(part.next());
            } else {
                page = parsed(part.next());
            }
        }
        assertEquals(List.of("n1", "n1-b", "n10", "n2", "n3"), shown);
        assertNull(NodePage.FIRST.of(NODES, 5).next());
    }

    @Test
    void nodesThatComeAndGoHideNoOther() {
        // Paging: the node that a cursor names may be gone, and one before it may be new.
        NodePage behind = parsed(NodePage.FIRST.of(NODES, 3).next());
        List<NodeStatus> later = nodes("n0", "n1", "n2", "n3");
        assertEquals(
                List.of("n2", "n3"),
                behind.of(later, 9).nodes().stream()
                        .map(status -> status.node().name())
                        .toList());
    }

    @Test
    void twoOfTheSameNameAreTwo() {
        // Decision: a name that is taken is no reason not to start.
        List<NodeStatus> twins = List.of(node("n1", "b2"), node("n1", "b1"));
        NodePage.Part first = NodePage.FIRST.of(twins, 1);
        assertEquals(List.of(twins.get(1)), first.nodes());
        assertEquals(List.of(twins.get(0)), parsed(first.next()).of(twins, 1).nodes());
    }

    @Test
    void whatWasNotGivenOutHereIsNoCursor() {
        // A cursor is opaque; anything else is refused.
        for (String cursor : List.of("", "zzz", "n1", "bjE", "bjEgYg==", "x".repeat(500))) {
            assertEquals(Optional.empty(), NodePage.parse(cursor), cursor);
        }
    }

    private static NodePage parsed(@Nullable String cursor) {
        assertNotNull(cursor);
        return NodePage.parse(cursor).orElseThrow();
    }

    private static List<NodeStatus> nodes(String... names) {
        return List.of(names).stream().map(name -> node(name, "boot")).toList();
    }

    private static NodeStatus node(String name, String boot) {
        return new NodeStatus(new Node(name, boot, "1", "http://127.0.0.1/", Instant.EPOCH), NodeStatus.Load.NONE);
    }
}
