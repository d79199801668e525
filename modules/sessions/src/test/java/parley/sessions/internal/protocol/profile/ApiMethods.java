package parley.sessions.internal.protocol.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import parley.sessions.Disconnect;
import parley.sessions.internal.protocol.Disconnects;
import parley.sessions.internal.protocol.Lifetime;
import parley.sessions.internal.protocol.message.ClientInfo;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Result;
import parley.sessions.internal.protocol.message.Resume;
import parley.sessions.internal.protocol.message.StreamPosition;

/// What the HTTP API can do, one method each: parameters in, result out, [ApiProblem] where it cannot.
/// Thread-safe.
final class ApiMethods {
    private static final int SERVER_UNSUBSCRIBE = 2000;

    private final MemoryBackend backend;
    private final Instant started = Instant.now();

    /// Where publications with an idempotency key stand, by channel and key.
    private final Map<String, ObjectNode> published = new ConcurrentHashMap<>();

    ApiMethods(MemoryBackend backend) {
        this.backend = backend;
    }

    ObjectNode call(String method, JsonNode in) {
        return switch (method) {
            case "publish" -> publish(text(in, "channel"), in);
            case "broadcast" -> broadcast(in);
            case "subscribe" -> subscribe(in);
            case "unsubscribe" -> unsubscribe(in);
            case "disconnect" -> disconnect(in);
            case "refresh" -> refresh(in);
            case "presence" -> presence(in);
            case "presence_stats" -> presenceStats(in);
            case "history" -> history(in);
            case "history_remove" -> {
                channel(in).clear();
                yield object();
            }
            case "channels" -> channels(in.path("pattern").asText());
            case "info" -> info();
            default -> throw new ApiProblem(ProtocolError.METHOD_NOT_FOUND);
        };
    }

    private ObjectNode publish(String channel, JsonNode in) {
        Payload data = payload(in, "data", "b64data");
        if (data == null) {
            throw bad("data: required");
        }
        String key = in.path("idempotency_key").asText();
        return key.isEmpty()
                ? publish(channel, data, in)
                : published.computeIfAbsent(channel + " " + key, _ -> publish(channel, data, in));
    }

    private ObjectNode publish(String name, Payload data, JsonNode in) {
        Map<String, String> tags = new HashMap<>();
        in.path("tags")
                .propertyStream()
                .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
        MemoryChannel channel = backend.channel(name);
        StreamPosition position =
                in.path("skip_history").asBoolean() ? channel.tell(data, tags) : channel.publish(data, null, tags);
        return object().put("offset", position.offset()).put("epoch", position.epoch());
    }

    private ObjectNode broadcast(JsonNode in) {
        ObjectNode result = object();
        ArrayNode responses = result.putArray("responses");
        in.path("channels").forEach(name -> responses.add(HttpApi.answer(() -> publish(name.asText(), in))));
        if (responses.isEmpty()) {
            throw bad("channels: required");
        }
        return result;
    }

    private ObjectNode subscribe(JsonNode in) {
        String channel = text(in, "channel");
        JsonNode since = in.path("recover_since");
        Resume resume = since.isObject()
                ? new Resume(
                        true, since.path("offset").asLong(), since.path("epoch").asText())
                : Resume.NONE;
        Payload data = payload(in, "data", "b64data");
        sessions(in).forEach(session -> session.add(channel, resume, data));
        return object();
    }

    /// From one channel, or without it from all.
    private ObjectNode unsubscribe(JsonNode in) {
        List<MemorySession> sessions = sessions(in);
        String name = in.path("channel").asText();
        for (MemoryChannel channel : name.isEmpty() ? backend.channels() : List.of(backend.channel(name))) {
            channel.expel(sessions::contains, SERVER_UNSUBSCRIBE, "server unsubscribe");
        }
        return object();
    }

    private ObjectNode disconnect(JsonNode in) {
        JsonNode given = in.path("disconnect");
        String reason = given.path("reason").asText();
        int code = given.path("code").asInt(Disconnects.FORCE_DISCONNECT.code());
        if (code < 3000 || code > 4999 || !Disconnect.isReason(reason)) {
            throw bad("disconnect: not for a close frame");
        }
        Disconnect why = given.isObject() ? new Disconnect(code, reason) : Disconnects.FORCE_DISCONNECT;
        List<String> spared =
                in.path("whitelist").valueStream().map(JsonNode::asText).toList();
        for (MemorySession session : sessions(in)) {
            if (!spared.contains(session.client())) {
                session.outbound().disconnect(why);
            }
        }
        return object();
    }

    private ObjectNode refresh(JsonNode in) {
        long end = in.path("expire_at").asLong();
        long seconds = end - Instant.now().getEpochSecond();
        boolean over = in.path("expired").asBoolean() || (end != 0 && seconds <= 0);
        Lifetime lifetime = end == 0 ? Lifetime.UNLIMITED : new Lifetime(Math.clamp(seconds, 1, Integer.MAX_VALUE));
        for (MemorySession session : sessions(in)) {
            if (over) {
                session.outbound().disconnect(Disconnects.EXPIRED);
            } else {
                session.outbound().renew(lifetime);
            }
        }
        return object();
    }

    private ObjectNode presence(JsonNode in) {
        ObjectNode result = object();
        ObjectNode presence = result.putObject("presence");
        channel(in).present().forEach((client, info) -> presence.set(client, rendered(info)));
        return result;
    }

    private ObjectNode presenceStats(JsonNode in) {
        Result.PresenceCounted counted = channel(in).counted();
        return object().put("num_clients", counted.clients()).put("num_users", counted.users());
    }

    private ObjectNode history(JsonNode in) {
        JsonNode since = in.path("since");
        StreamPosition from = since.isObject()
                ? new StreamPosition(
                        since.path("offset").asLong(), since.path("epoch").asText())
                : null;
        Result.Past past = channel(in)
                .history(new Request.History(
                        text(in, "channel"),
                        in.path("limit").asInt(),
                        from,
                        in.path("reverse").asBoolean()));
        if (past == null) {
            throw new ApiProblem(ProtocolError.UNRECOVERABLE_POSITION);
        }
        ObjectNode result = object();
        ArrayNode publications = result.putArray("publications");
        past.publications().forEach(publication -> publications.add(rendered(publication)));
        return result.put("epoch", past.epoch()).put("offset", past.offset());
    }

    /// Those with subscribers whose name matches `pattern`, where `*` stands for anything.
    private ObjectNode channels(String pattern) {
        String regex = "\\Q" + pattern.replace("*", "\\E.*\\Q") + "\\E";
        ObjectNode result = object();
        ObjectNode channels = result.putObject("channels");
        for (MemoryChannel channel : backend.channels()) {
            int clients = channel.present().size();
            if (clients > 0 && (pattern.isEmpty() || channel.name().matches(regex))) {
                channels.putObject(channel.name()).put("num_clients", clients);
            }
        }
        return result;
    }

    private ObjectNode info() {
        ObjectNode result = object();
        long users =
                backend.sessions().stream().map(MemorySession::user).distinct().count();
        result.putArray("nodes")
                .addObject()
                .put("uid", "profile")
                .put("name", "protocol-profile")
                .put("version", ProtocolServer.VERSION)
                .put("num_clients", backend.sessions().size())
                .put("num_users", users)
                .put("num_channels", channels("").path("channels").size())
                .put("uptime", Duration.between(started, Instant.now()).toSeconds());
        return result;
    }

    private static ObjectNode rendered(ClientInfo info) {
        ObjectNode into = object().put("user", info.user()).put("client", info.client());
        Json.put(into, "conn_info", "b64conn_info", info.connInfo());
        Json.put(into, "chan_info", "b64chan_info", info.chanInfo());
        return into;
    }

    private static ObjectNode rendered(Publication publication) {
        ObjectNode into = object().put("offset", publication.offset());
        Json.put(into, "data", "b64data", publication.data());
        if (publication.info() != null) {
            into.set("info", rendered(publication.info()));
        }
        if (!publication.tags().isEmpty()) {
            ObjectNode tags = into.putObject("tags");
            publication.tags().forEach(tags::put);
        }
        return into;
    }

    private MemoryChannel channel(JsonNode in) {
        return backend.channel(text(in, "channel"));
    }

    /// Of one person, who may have no name if the client is given.
    private List<MemorySession> sessions(JsonNode in) {
        String user = in.path("user").asText();
        String client = in.path("client").asText();
        if (user.isEmpty() && client.isEmpty()) {
            throw bad("user: required");
        }
        return backend.sessionsOf(user, client);
    }

    private static String text(JsonNode in, String field) {
        String text = in.path(field).asText();
        if (text.isEmpty()) {
            throw bad(field + ": required");
        }
        return text;
    }

    private static @Nullable Payload payload(JsonNode in, String field, String b64field) {
        try {
            return Json.payload(in, field, b64field);
        } catch (IllegalArgumentException e) {
            throw bad(b64field + ": not Base64");
        }
    }

    private static ApiProblem bad(String reason) {
        return new ApiProblem(ProtocolError.badRequest(reason));
    }

    private static ObjectNode object() {
        return Json.MAPPER.createObjectNode();
    }
}
