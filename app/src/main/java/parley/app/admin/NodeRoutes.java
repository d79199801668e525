package parley.app.admin;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import parley.accounts.Orders;
import parley.app.health.HealthChecks;
import parley.app.http.JsonBodies;
import parley.app.http.Problem;
import parley.app.http.Routes;
import parley.cluster.Cluster;
import parley.cluster.Node;
import parley.cluster.NodeStatus;

/// `/admin/v1/node` and `/admin/v1/nodes`.
public final class NodeRoutes {
    private final Cluster cluster;
    private final HealthChecks health;
    private final AuditTrail trail;
    private final Drains drains;
    private final JsonBodies json;

    /// What a node does when an operator asks it to drain.
    public interface Drain {
        /// Begins, and returns at once; nothing happens when it has begun.
        void begin();
    }

    /// How this node and others are drained.
    public record Drains(Drain here, Orders elsewhere) {}

    public NodeRoutes(Cluster cluster, HealthChecks health, AuditTrail trail, Drains drains, JsonBodies json) {
        this.cluster = cluster;
        this.health = health;
        this.trail = trail;
        this.drains = drains;
        this.json = json;
    }

    public void register(Routes routes) {
        routes.get("/admin/v1/node", this::one)
                .get("/admin/v1/nodes", this::all)
                .post("/admin/v1/nodes/{name}/drain", this::drain);
    }

    /// `phase`: `starting`, `serving` or `draining`; `sessions`: how many it has.
    public record NodeView(
            String name, String bootId, String version, String address, String startedAt, String phase, int sessions) {}

    public record NodesView(List<NodeView> nodes, @Nullable String next) {}

    private void one(ServerRequest request, ServerResponse response) {
        json.send(response, Status.OK_200, view(self()));
    }

    private void all(ServerRequest request, ServerResponse response) {
        Query query = Query.of(request, "limit", "cursor");
        NodePage page = query.text("cursor")
                .map(cursor -> NodePage.parse(cursor).orElseThrow(() -> Problem.invalid("cursor", "cursor", cursor)))
                .orElse(NodePage.FIRST);
        NodePage.Part part = page.of(cluster.nodes(), query.limit());
        List<NodeView> nodes = part.nodes().stream().map(this::view).toList();
        json.send(response, Status.OK_200, new NodesView(nodes, part.next()));
    }

    private void drain(ServerRequest request, ServerResponse response) {
        json.expectNone(request);
        String name = request.path().pathParameters().get("name");
        NodeStatus meant = cluster.nodes().stream()
                .filter(status -> status.node().name().equals(name))
                .findFirst()
                // It may be cut off from Redis alone: orders go through the database.
                .or(() -> cluster.lapsed(name).map(node -> new NodeStatus(node, NodeStatus.Load.NONE)))
                .orElseThrow(Problem::notFound);
        if (name.equals(cluster.self().name())) {
            trail.record(request, "node-drained", "node:" + name);
            drains.here().begin();
        } else {
            drains.elsewhere().drain(AdminKeys.actor(request), name);
        }
        json.send(response, Status.ACCEPTED_202, view(meant));
    }

    private NodeStatus self() {
        return cluster.nodes().getFirst();
    }

    private NodeView view(NodeStatus status) {
        Node node = status.node();
        boolean here = node.bootId().equals(cluster.self().bootId());
        HealthChecks.Phase others =
                status.load().isDraining() ? HealthChecks.Phase.DRAINING : HealthChecks.Phase.SERVING;
        HealthChecks.Phase phase = here ? health.phase() : others;
        return new NodeView(
                node.name(),
                node.bootId(),
                node.version(),
                node.address(),
                node.startedAt().toString(),
                phase.name().toLowerCase(Locale.ROOT),
                status.load().sessions());
    }
}
