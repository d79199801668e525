package parley.sessions.internal.protocol.codec;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.Answered;
import parley.sessions.internal.protocol.message.ClientInfo;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Push;
import parley.sessions.internal.protocol.message.Result;

/// The JSON form of replies and pushes. Members stand in the order in which the peers' servers write
/// them. Pure.
final class JsonWriter {
    private static final int ENVELOPE_BYTES = 192;

    private final JsonText out;

    private JsonWriter(int expected) {
        out = new JsonText(expected);
    }

    static byte[] reply(int id, Answered answer) {
        JsonWriter writer = new JsonWriter(ENVELOPE_BYTES);
        writer.out.open();
        writer.out.number(JsonKey.ID, Integer.toUnsignedLong(id));
        switch (answer) {
            case ProtocolError error -> writer.error(error);
            case Result result -> writer.result(result);
        }
        writer.out.close();
        return writer.out.take();
    }

    static byte[] push(Push push) {
        int expected = push instanceof Push.Published(var channel, var publication) && publication.data() != null
                ? ENVELOPE_BYTES + publication.data().length()
                : ENVELOPE_BYTES;
        JsonWriter writer = new JsonWriter(expected);
        writer.out.open();
        writer.out.open(JsonKey.PUSH);
        writer.body(push);
        writer.out.close();
        writer.out.close();
        return writer.out.take();
    }

    private void error(ProtocolError error) {
        out.open(JsonKey.ERROR);
        out.number(JsonKey.CODE, error.code());
        out.string(JsonKey.MESSAGE, error.message());
        out.flag(JsonKey.TEMPORARY, error.temporary());
        out.close();
    }

    private void result(Result result) {
        out.open(kind(result));
        switch (result) {
            case Result.Connected connected -> connected(connected);
            case Result.Subscribed subscribed -> subscribed(subscribed);
            case Result.Present present -> present(present);
            case Result.PresenceCounted counted -> {
                out.alwaysNumber(JsonKey.NUM_CLIENTS, counted.clients());
                out.alwaysNumber(JsonKey.NUM_USERS, counted.users());
            }
            case Result.Past past -> past(past);
            case Result.RpcAnswered answered -> out.payload(JsonKey.DATA, answered.data());
            case Result.Refreshed refreshed -> {
                out.string(JsonKey.CLIENT, refreshed.client());
                out.string(JsonKey.VERSION, refreshed.version());
                lifetime(refreshed.expires(), refreshed.ttl());
            }
            case Result.SubRefreshed refreshed -> lifetime(refreshed.expires(), refreshed.ttl());
            case Result.Unsubscribed _, Result.Published _ -> {}
        }
        out.close();
    }

    private static JsonKey kind(Result result) {
        return switch (result) {
            case Result.Connected _ -> JsonKey.CONNECT;
            case Result.Subscribed _ -> JsonKey.SUBSCRIBE;
            case Result.Unsubscribed _ -> JsonKey.UNSUBSCRIBE;
            case Result.Published _ -> JsonKey.PUBLISH;
            case Result.Present _ -> JsonKey.PRESENCE;
            case Result.PresenceCounted _ -> JsonKey.PRESENCE_STATS;
            case Result.Past _ -> JsonKey.HISTORY;
            case Result.RpcAnswered _ -> JsonKey.RPC;
            case Result.Refreshed _ -> JsonKey.REFRESH;
            case Result.SubRefreshed _ -> JsonKey.SUB_REFRESH;
        };
    }

    private void connected(Result.Connected result) {
        out.string(JsonKey.CLIENT, result.client());
        out.string(JsonKey.VERSION, result.version());
        lifetime(result.expires(), result.ttl());
        out.number(JsonKey.PING, result.ping());
        out.flag(JsonKey.PONG, result.pong());
        out.payload(JsonKey.DATA, result.data());
        if (result.subscriptions().isEmpty()) {
            return;
        }
        out.open(JsonKey.SUBS);
        for (Map.Entry<String, Result.Subscribed> entry : result.subscriptions().entrySet()) {
            out.open(entry.getKey());
            subscribed(entry.getValue());
            out.close();
        }
        out.close();
    }

    private void subscribed(Result.Subscribed result) {
        lifetime(result.expires(), result.ttl());
        out.flag(JsonKey.RECOVERABLE, result.recoverable());
        out.flag(JsonKey.POSITIONED, result.positioned());
        out.string(JsonKey.EPOCH, result.epoch());
        out.number(JsonKey.OFFSET, result.offset());
        out.payload(JsonKey.DATA, result.data());
        out.flag(JsonKey.WAS_RECOVERING, result.wasRecovering());
        out.flag(JsonKey.RECOVERED, result.recovered());
        if (!result.publications().isEmpty()) {
            publications(result.publications());
        }
    }

    private void present(Result.Present result) {
        out.open(JsonKey.PRESENCE);
        for (Map.Entry<String, ClientInfo> entry : result.clients().entrySet()) {
            out.open(entry.getKey());
            infoBody(entry.getValue());
            out.close();
        }
        out.close();
    }

    private void past(Result.Past result) {
        publications(result.publications());
        out.alwaysString(JsonKey.EPOCH, result.epoch());
        out.alwaysNumber(JsonKey.OFFSET, result.offset());
    }

    private void lifetime(boolean expires, int ttl) {
        out.flag(JsonKey.EXPIRES, expires);
        out.number(JsonKey.TTL, ttl);
    }

    private void publications(List<Publication> publications) {
        out.openList(JsonKey.PUBLICATIONS);
        for (Publication publication : publications) {
            out.openElement();
            publicationBody(publication);
            out.close();
        }
        out.closeList();
    }

    private void publicationBody(Publication publication) {
        out.payload(JsonKey.DATA, publication.data());
        info(publication.info());
        out.number(JsonKey.OFFSET, publication.offset());
        if (publication.tags().isEmpty()) {
            return;
        }
        out.open(JsonKey.TAGS);
        publication.tags().forEach(out::string);
        out.close();
    }

    private void info(@Nullable ClientInfo info) {
        if (info != null) {
            out.open(JsonKey.INFO);
            infoBody(info);
            out.close();
        }
    }

    private void infoBody(ClientInfo info) {
        out.alwaysString(JsonKey.USER, info.user());
        out.alwaysString(JsonKey.CLIENT, info.client());
        out.payload(JsonKey.CONN_INFO, info.connInfo());
        out.payload(JsonKey.CHAN_INFO, info.chanInfo());
    }

    private void body(Push push) {
        switch (push) {
            case Push.Published(String channel, Publication publication) -> {
                begin(channel, JsonKey.PUB);
                publicationBody(publication);
            }
            case Push.Joined(String channel, ClientInfo info) -> {
                begin(channel, JsonKey.JOIN);
                info(info);
            }
            case Push.Left(String channel, ClientInfo info) -> {
                begin(channel, JsonKey.LEAVE);
                info(info);
            }
            case Push.Unsubscribed(String channel, int code, String reason) -> {
                begin(channel, JsonKey.UNSUBSCRIBE);
                out.number(JsonKey.CODE, code);
                out.string(JsonKey.REASON, reason);
            }
            case Push.Message message -> {
                out.open(JsonKey.MESSAGE);
                out.payload(JsonKey.DATA, message.data());
            }
            case Push.Subscribed subscribed -> subscribedPush(subscribed);
        }
        out.close();
    }

    private void begin(String channel, JsonKey kind) {
        out.string(JsonKey.CHANNEL, channel);
        out.open(kind);
    }

    private void subscribedPush(Push.Subscribed push) {
        begin(push.channel(), JsonKey.SUBSCRIBE);
        out.flag(JsonKey.RECOVERABLE, push.recoverable());
        out.flag(JsonKey.POSITIONED, push.positioned());
        out.string(JsonKey.EPOCH, push.epoch());
        out.number(JsonKey.OFFSET, push.offset());
        out.payload(JsonKey.DATA, push.data());
    }
}
