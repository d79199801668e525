package parley.app.admin;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.cluster.NodeStatus;

/// A position in the list of nodes: behind the node `after`. The list goes by name, then by boot id, so
/// a node that comes or goes between two pages moves no other one out of sight. Pure.
record NodePage(String after) {
    static final NodePage FIRST = new NodePage("");

    private static final int CURSOR_CHARS_MAX = 400;

    /// Nodes of one page, and the cursor of the next one if there is one.
    record Part(List<NodeStatus> nodes, @Nullable String next) {}

    /// The position that a cursor names, which may be of a node that is gone; empty when it is none of
    /// ours.
    static Optional<NodePage> parse(String cursor) {
        if (cursor.length() > CURSOR_CHARS_MAX) {
            return Optional.empty();
        }
        try {
            NodePage page = new NodePage(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8));
            return Optional.of(page)
                    .filter(found -> found.after.contains(" ") && found.cursor().equals(cursor));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /// The first `limit` of `nodes` behind this position.
    Part of(List<NodeStatus> nodes, int limit) {
        List<NodeStatus> left = nodes.stream()
                .filter(node -> key(node).compareTo(after) > 0)
                .sorted(Comparator.comparing(NodePage::key))
                .toList();
        List<NodeStatus> page = left.subList(0, Math.min(limit, left.size()));
        return new Part(page, page.size() == left.size() ? null : new NodePage(key(page.getLast())).cursor());
    }

    private String cursor() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(after.getBytes(StandardCharsets.UTF_8));
    }

    /// Names of nodes hold no space.
    private static String key(NodeStatus status) {
        return status.node().name() + " " + status.node().bootId();
    }
}
