package parley.app.admin;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import parley.accounts.Orders;
import parley.app.http.JsonBodies;
import parley.app.http.Problem;
import parley.app.http.Routes;
import parley.cluster.Cluster;
import parley.cluster.Registry;
import parley.kernel.AccountId;
import parley.kernel.SessionId;
import parley.sessions.Disconnect;
import parley.sessions.SessionNote;
import parley.sessions.SessionView;
import parley.sessions.Sessions;

/// `/admin/v1/sessions`: those of this node, and of one account on all nodes.
public final class SessionRoutes {
    private final Sessions sessions;
    private final Cluster cluster;
    private final AuditTrail trail;
    private final Orders orders;
    private final JsonBodies json;

    public SessionRoutes(Sessions sessions, Cluster cluster, AuditTrail trail, Orders orders, JsonBodies json) {
        this.sessions = sessions;
        this.cluster = cluster;
        this.trail = trail;
        this.orders = orders;
        this.json = json;
    }

    public void register(Routes routes) {
        routes.get("/admin/v1/sessions", this::list).delete("/admin/v1/sessions/{id}", this::end);
    }

    /// `clientName` and `clientVersion` are what the client says of itself.
    public record View(
            String id,
            String account,
            String device,
            String node,
            String address,
            String clientName,
            String clientVersion,
            String since) {}

    public record ListView(List<View> sessions, @Nullable String next) {}

    private void list(ServerRequest request, ServerResponse response) {
        Query query = Query.of(request, "account", "node", "cursor", "limit");
        Optional<AccountId> account = query.id("account", AccountId::parse);
        Optional<SessionId> after = query.id("cursor", SessionId::parse);
        int limit = query.limit();
        Optional<String> node = query.text("node");
        String self = cluster.self().name();
        List<View> found = new ArrayList<>();
        if (node.isEmpty() || node.get().equals(self)) {
            sessions.list(account, after, limit + 1).forEach(session -> found.add(view(session, self)));
        }
        boolean asksOthers = !node.equals(Optional.of(self)) && cluster.bus().isShared();
        if (asksOthers && account.isPresent()) {
            found.addAll(elsewhere(account.get(), node));
        } else if (asksOthers && node.isPresent()) {
            throw Problem.invalid("account", "must be given for another node", node.get());
        }
        List<View> all = found.stream()
                .filter(view -> after.isEmpty() || id(view) > after.get().value())
                .sorted(Comparator.comparingLong(SessionRoutes::id))
                .limit(limit + 1L)
                .toList();
        List<View> page = all.subList(0, Math.min(limit, all.size()));
        json.send(
                response,
                Status.OK_200,
                new ListView(
                        page, page.size() == all.size() ? null : page.getLast().id()));
    }

    private static long id(View view) {
        return Long.parseLong(view.id());
    }

    /// As the registry knows them; it is Redis that is asked.
    private List<View> elsewhere(AccountId account, Optional<String> node) {
        Map<String, String> names = cluster.nodes().stream()
                .collect(Collectors.toMap(
                        status -> status.node().bootId(),
                        status -> status.node().name(),
                        (one, other) -> one));
        List<View> found = new ArrayList<>();
        for (Registry.Place place : cluster.registry().find(List.of(account)).getOrDefault(account, List.of())) {
            String name = names.getOrDefault(place.bootId(), place.bootId());
            if (node.isEmpty() || node.get().equals(name)) {
                SessionNote.parse(account, place.session(), place.detail())
                        .ifPresent(note -> found.add(view(note.view(), name)));
            }
        }
        return found;
    }

    private void end(ServerRequest request, ServerResponse response) {
        json.expectNone(request);
        SessionId id =
                SessionId.parse(request.path().pathParameters().get("id")).orElseThrow(Problem::notFound);
        if (sessions.end(id, Disconnect.FORCED)) {
            trail.record(request, "session-ended", "session:" + id);
        } else if (cluster.bus().isShared()) {
            orders.endSession(AdminKeys.actor(request), id);
        }
        response.status(Status.NO_CONTENT_204).send();
    }

    private static View view(SessionView session, String node) {
        return new View(
                session.id().toString(),
                session.account().toString(),
                session.device().toString(),
                node,
                session.address(),
                session.clientName(),
                session.clientVersion(),
                session.since().toString());
    }
}
