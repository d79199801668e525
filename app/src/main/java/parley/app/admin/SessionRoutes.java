package parley.app.admin;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.accounts.Administration;
import parley.accounts.Orders;
import parley.app.http.JsonBodies;
import parley.app.http.Problem;
import parley.app.http.Routes;
import parley.cluster.Cluster;
import parley.kernel.AccountId;
import parley.kernel.SessionId;
import parley.sessions.Disconnect;
import parley.sessions.SessionView;
import parley.sessions.Sessions;

/// `/admin/v1/sessions`: those of this node.
public final class SessionRoutes {
    private final Sessions sessions;
    private final Cluster cluster;
    private final Administration administration;
    private final Orders orders;
    private final JsonBodies json;

    public SessionRoutes(
            Sessions sessions, Cluster cluster, Administration administration, Orders orders, JsonBodies json) {
        this.sessions = sessions;
        this.cluster = cluster;
        this.administration = administration;
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
        String self = cluster.self().name();
        List<SessionView> found =
                query.text("node").orElse(self).equals(self) ? sessions.list(account, after, limit + 1) : List.of();
        List<SessionView> page = found.subList(0, Math.min(limit, found.size()));
        String next = page.size() == found.size() ? null : page.getLast().id().toString();
        json.send(
                response,
                Status.OK_200,
                new ListView(page.stream().map(session -> view(session, self)).toList(), next));
    }

    private void end(ServerRequest request, ServerResponse response) {
        json.expectNone(request);
        SessionId id =
                SessionId.parse(request.path().pathParameters().get("id")).orElseThrow(Problem::notFound);
        if (sessions.end(id, Disconnect.FORCED)) {
            administration.record(AdminKeys.actor(request), "session-ended", "session:" + id, "");
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
