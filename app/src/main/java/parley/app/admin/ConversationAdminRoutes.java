package parley.app.admin;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.app.http.JsonBodies;
import parley.app.http.Problem;
import parley.app.http.Routes;
import parley.history.Entry;
import parley.history.Head;
import parley.history.History;
import parley.kernel.ConversationId;
import parley.messaging.Oversight;
import parley.messaging.Oversight.Overview;

/// `/admin/v1/conversations`.
public final class ConversationAdminRoutes {
    private static final String CONVERSATION = "/admin/v1/conversations/{id}";

    private final Oversight oversight;
    private final History history;
    private final JsonBodies json;

    public ConversationAdminRoutes(Oversight oversight, History history, JsonBodies json) {
        this.oversight = oversight;
        this.history = history;
        this.json = json;
    }

    public void register(Routes routes) {
        routes.get(CONVERSATION, this::get).get(CONVERSATION + "/entries", this::entries);
    }

    public record MemberView(String account, String role, String handle, String displayName) {}

    /// `membersNext` is set when there are more members than are shown.
    public record ConversationView(
            String id,
            String kind,
            String title,
            long head,
            long messages,
            long floor,
            long time,
            List<MemberView> members,
            @Nullable String membersNext) {}

    private void get(ServerRequest request, ServerResponse response) {
        Query unused = Query.of(request);
        ConversationId id = Query.pathId(request, ConversationId::parse);
        Overview found = oversight.conversation(id).orElseThrow(Problem::notFound);
        List<MemberView> members = found.members().stream()
                .map(member -> new MemberView(
                        member.account().toString(), member.role().text(), member.handle(), member.displayName()))
                .toList();
        Head head = found.head();
        json.send(
                response,
                Status.OK_200,
                new ConversationView(
                        id.toString(),
                        found.kind().text(),
                        found.title(),
                        head.head(),
                        head.messages(),
                        head.floor(),
                        head.time(),
                        members,
                        found.next()));
    }

    private void entries(ServerRequest request, ServerResponse response) {
        Query query = Query.of(request, "after", "limit");
        ConversationId id = Query.pathId(request, ConversationId::parse);
        long after = query.seq("after");
        int limit = query.limit();
        Head head = history.heads(Set.of(id)).get(id);
        if (head == null) {
            throw Problem.notFound();
        }
        List<Entry> entries = history.readForward(head, after, limit);
        JsonArrayBuilder array = Json.createArrayBuilder();
        entries.forEach(entry -> array.add(view(entry)));
        JsonObjectBuilder answer = Json.createObjectBuilder().add("entries", array);
        if (!entries.isEmpty() && entries.getLast().seq() < head.head()) {
            answer.add("next", Long.toString(entries.getLast().seq()));
        }
        response.header(HeaderNames.CONTENT_TYPE, "application/json");
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.send(answer.build().toString().getBytes(StandardCharsets.UTF_8));
    }

    private static JsonObjectBuilder view(Entry entry) {
        JsonObjectBuilder view = Json.createObjectBuilder()
                .add("seq", entry.seq())
                .add("kind", entry.kind().name().toLowerCase(Locale.ROOT))
                .add("author", entry.author().toString())
                .add("time", entry.time());
        if (entry.clientId() != null) {
            view.add("id", entry.clientId());
        }
        if (entry.target() > 0) {
            view.add("target", entry.target());
        }
        if (entry.detail().length > 0) {
            view.add("detail", parsed(entry.detail()));
        }
        if (entry.body().length > 0) {
            view.add("body", parsed(entry.body()));
        }
        revision(view, entry.revision());
        return view;
    }

    /// What became of a message, as clients see it.
    private static void revision(JsonObjectBuilder view, Entry.Revision revision) {
        if (revision.recalled()) {
            view.add("recalled", true);
        }
        if (revision.edited() > 0) {
            view.add("edited", revision.edited());
        }
        if (!revision.reactions().isEmpty()) {
            JsonObjectBuilder reactions = Json.createObjectBuilder();
            revision.reactions().forEach(reactions::add);
            view.add("reactions", reactions);
        }
    }

    private static JsonValue parsed(byte[] text) {
        try (JsonReader reader = Json.createReader(new StringReader(new String(text, StandardCharsets.UTF_8)))) {
            return reader.readValue();
        }
    }
}
