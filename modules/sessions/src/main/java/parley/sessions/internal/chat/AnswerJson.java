package parley.sessions.internal.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.accounts.Profile;
import parley.history.Entry;
import parley.kernel.ConversationId;
import parley.messaging.Contacts;
import parley.messaging.ConversationView;
import parley.messaging.Conversations;
import parley.sessions.internal.hub.EntryJson;
import parley.sessions.internal.hub.Recalls;
import parley.sessions.internal.presence.Presence;
import parley.sessions.internal.protocol.message.Payload;

/// The `data` of rpc answers and of personal events, as JSON.
final class AnswerJson {
    private static final JsonFactory JSON = new JsonFactory();

    @FunctionalInterface
    private interface Fields {
        void write(JsonGenerator out) throws IOException;
    }

    private AnswerJson() {}

    static Payload sent(long seq, long time, boolean repeated) {
        String tail = repeated ? ",\"repeated\":true}" : "}";
        return Payload.json("{\"seq\":" + seq + ",\"time\":" + time + tail);
    }

    static Payload changed(Conversations.Changed changed) {
        return Payload.json("{\"seq\":" + changed.seq() + "}");
    }

    static Payload created(Conversations.Created created) {
        return Payload.json("{\"conversation\":\"" + created.conversation() + "\",\"seq\":" + created.seq()
                + ",\"created\":" + created.created() + "}");
    }

    static Payload marker(Conversations.Marker marker) {
        return Payload.json("{\"read\":" + marker.read() + ",\"unread\":" + marker.unread() + "}");
    }

    static Payload conversationEvent(ConversationId conversation, String change) {
        return Payload.json(
                "{\"type\":\"conversation\",\"conversation\":\"" + conversation + "\",\"change\":\"" + change + "\"}");
    }

    static Payload readEvent(ConversationId conversation, long seq, long unread) {
        return Payload.json("{\"type\":\"read\",\"conversation\":\"" + conversation + "\",\"seq\":" + seq
                + ",\"unread\":" + unread + "}");
    }

    /// `sight`: what the reader may know of whether they are here; empty: nothing.
    static Payload profile(Profile profile, Optional<Presence.Sight> sight) {
        return object(out -> {
            profile(out, profile);
            if (sight.isPresent()) {
                out.writeBooleanField("online", sight.get().online());
                Instant lastSeen = sight.get().lastSeen().orElse(null);
                if (lastSeen != null) {
                    out.writeNumberField("lastSeen", lastSeen.toEpochMilli());
                }
            }
        });
    }

    private static void profile(JsonGenerator out, Profile profile) throws IOException {
        out.writeStringField("id", profile.id().toString());
        out.writeStringField("handle", profile.handle());
        out.writeStringField("displayName", profile.displayName());
    }

    static Payload done(Contacts.Done done) {
        return Payload.json("{}");
    }

    static Payload blocked(Contacts.Blocked blocked) {
        return object(out -> {
            out.writeArrayFieldStart("accounts");
            for (Profile profile : blocked.accounts()) {
                out.writeStartObject();
                profile(out, profile);
                out.writeEndObject();
            }
            out.writeEndArray();
            next(out, blocked.next());
        });
    }

    /// Made anew without what is recalled later, as long as it waits.
    static Payload listing(Conversations.Listing listing, Recalls recalls) {
        List<ConversationView> now = now(listing.conversations(), recalls);
        byte[] bytes = bytes(out -> {
            conversations(out, now);
            next(out, listing.next());
        });
        var same = new Conversations.Listing(now, listing.next());
        return Payload.json(bytes, () -> now(now, recalls).equals(now) ? null : listing(same, recalls));
    }

    private static List<ConversationView> now(List<ConversationView> views, Recalls recalls) {
        return views.stream()
                .map(view -> view.last() == null ? view : view.withLast(recalls.now(view.last())))
                .toList();
    }

    static Payload details(Conversations.Details details) {
        return object(out -> {
            view(out, details.conversation());
            members(out, details.members());
            next(out, details.next());
        });
    }

    static Payload members(Conversations.Members members) {
        return object(out -> {
            members(out, members.members());
            next(out, members.next());
        });
    }

    static Payload receipts(Conversations.Receipts receipts) {
        return object(out -> {
            out.writeNumberField("count", receipts.count());
            out.writeArrayFieldStart("accounts");
            for (Conversations.Receipt receipt : receipts.receipts()) {
                out.writeStartObject();
                out.writeStringField("account", receipt.account().toString());
                out.writeNumberField("seq", receipt.seq());
                out.writeEndObject();
            }
            out.writeEndArray();
            next(out, receipts.next());
        });
    }

    static Payload synced(Conversations.Synced synced) {
        return object(out -> {
            conversations(out, synced.conversations());
            out.writeArrayFieldStart("removed");
            for (ConversationId removed : synced.removed()) {
                out.writeString(removed.toString());
            }
            out.writeEndArray();
            out.writeStringField("cursor", synced.cursor());
            out.writeBooleanField("has_more", synced.hasMore());
        });
    }

    private static void conversations(JsonGenerator out, List<ConversationView> views) throws IOException {
        out.writeArrayFieldStart("conversations");
        for (ConversationView view : views) {
            out.writeStartObject();
            view(out, view);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void view(JsonGenerator out, ConversationView view) throws IOException {
        out.writeStringField("id", view.conversation().toString());
        out.writeStringField("kind", view.kind().text());
        out.writeStringField("title", view.title());
        if (view.with() != null) {
            out.writeStringField("with", view.with().toString());
        }
        out.writeStringField("role", view.role().text());
        out.writeNumberField("head", view.head());
        out.writeNumberField("messages", view.messages());
        out.writeNumberField("read", view.read());
        out.writeNumberField("unread", view.unread());
        out.writeNumberField("mentions", view.mentions());
        Entry last = view.last();
        if (last != null) {
            out.writeFieldName("last");
            out.writeRawValue(new String(EntryJson.render(last), StandardCharsets.UTF_8));
        }
    }

    private static void members(JsonGenerator out, List<ConversationView.Member> members) throws IOException {
        out.writeArrayFieldStart("members");
        for (ConversationView.Member member : members) {
            out.writeStartObject();
            out.writeStringField("account", member.account().toString());
            out.writeStringField("role", member.role().text());
            out.writeStringField("handle", member.handle());
            out.writeStringField("displayName", member.displayName());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void next(JsonGenerator out, @Nullable String next) throws IOException {
        if (next != null) {
            out.writeStringField("next", next);
        }
    }

    private static Payload object(Fields fields) {
        return Payload.json(bytes(fields));
    }

    private static byte[] bytes(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            fields.write(out);
            out.writeEndObject();
        } catch (IOException impossible) {
            throw new IllegalStateException("writing to memory failed", impossible);
        }
        return bytes.toByteArray();
    }
}
