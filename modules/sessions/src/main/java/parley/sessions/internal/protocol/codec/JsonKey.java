package parley.sessions.internal.protocol.codec;

import java.nio.charset.StandardCharsets;

/// A member name of the schema, quoted and with its colon, made once.
final class JsonKey {
    static final JsonKey ID = new JsonKey("id");
    static final JsonKey ERROR = new JsonKey("error");
    static final JsonKey CODE = new JsonKey("code");
    static final JsonKey MESSAGE = new JsonKey("message");
    static final JsonKey TEMPORARY = new JsonKey("temporary");
    static final JsonKey PUSH = new JsonKey("push");
    static final JsonKey CONNECT = new JsonKey("connect");
    static final JsonKey SUBSCRIBE = new JsonKey("subscribe");
    static final JsonKey UNSUBSCRIBE = new JsonKey("unsubscribe");
    static final JsonKey PUBLISH = new JsonKey("publish");
    static final JsonKey PRESENCE = new JsonKey("presence");
    static final JsonKey PRESENCE_STATS = new JsonKey("presence_stats");
    static final JsonKey HISTORY = new JsonKey("history");
    static final JsonKey RPC = new JsonKey("rpc");
    static final JsonKey REFRESH = new JsonKey("refresh");
    static final JsonKey SUB_REFRESH = new JsonKey("sub_refresh");
    static final JsonKey CHANNEL = new JsonKey("channel");
    static final JsonKey PUB = new JsonKey("pub");
    static final JsonKey JOIN = new JsonKey("join");
    static final JsonKey LEAVE = new JsonKey("leave");
    static final JsonKey REASON = new JsonKey("reason");
    static final JsonKey DATA = new JsonKey("data");
    static final JsonKey INFO = new JsonKey("info");
    static final JsonKey OFFSET = new JsonKey("offset");
    static final JsonKey TAGS = new JsonKey("tags");
    static final JsonKey USER = new JsonKey("user");
    static final JsonKey CLIENT = new JsonKey("client");
    static final JsonKey CONN_INFO = new JsonKey("conn_info");
    static final JsonKey CHAN_INFO = new JsonKey("chan_info");
    static final JsonKey EPOCH = new JsonKey("epoch");
    static final JsonKey RECOVERABLE = new JsonKey("recoverable");
    static final JsonKey POSITIONED = new JsonKey("positioned");
    static final JsonKey RECOVERED = new JsonKey("recovered");
    static final JsonKey WAS_RECOVERING = new JsonKey("was_recovering");
    static final JsonKey PUBLICATIONS = new JsonKey("publications");
    static final JsonKey EXPIRES = new JsonKey("expires");
    static final JsonKey TTL = new JsonKey("ttl");
    static final JsonKey VERSION = new JsonKey("version");
    static final JsonKey SUBS = new JsonKey("subs");
    static final JsonKey PING = new JsonKey("ping");
    static final JsonKey PONG = new JsonKey("pong");
    static final JsonKey NUM_CLIENTS = new JsonKey("num_clients");
    static final JsonKey NUM_USERS = new JsonKey("num_users");

    final byte[] quoted;

    private JsonKey(String name) {
        quoted = ('"' + name + "\":").getBytes(StandardCharsets.US_ASCII);
    }
}
