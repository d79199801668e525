package parley.sessions.internal.protocol.engine;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Resume;

/// How many bytes an open command keeps: its payload and texts, and a flat sum for what holds them.
final class Weight {
    private static final int COMMAND_BYTES = 200;
    private static final int MAP_ENTRY_BYTES = 150;

    private Weight() {}

    static int of(@Nullable Request request) {
        return COMMAND_BYTES
                + switch (request) {
                    case null -> 0;
                    case Request.Connect connect -> connect(connect);
                    case Request.Subscribe subscribe ->
                        subscribe.channel().length()
                                + subscribe.token().length()
                                + subscribe.resume().epoch().length()
                                + payload(subscribe.data());
                    case Request.Unsubscribe unsubscribe ->
                        unsubscribe.channel().length();
                    case Request.Publish publish -> publish.channel().length() + payload(publish.data());
                    case Request.Presence presence -> presence.channel().length();
                    case Request.PresenceStats stats -> stats.channel().length();
                    case Request.History history ->
                        history.channel().length()
                                + (history.since() == null
                                        ? 0
                                        : history.since().epoch().length());
                    case Request.Ping _ -> 0;
                    case Request.Send send -> payload(send.data());
                    case Request.Rpc rpc -> rpc.method().length() + payload(rpc.data());
                    case Request.Refresh refresh -> refresh.token().length();
                    case Request.SubRefresh refresh ->
                        refresh.channel().length() + refresh.token().length();
                };
    }

    private static int connect(Request.Connect connect) {
        int bytes = connect.token().length()
                + connect.name().length()
                + connect.version().length()
                + payload(connect.data());
        for (Map.Entry<String, Resume> entry : connect.subscriptions().entrySet()) {
            bytes += MAP_ENTRY_BYTES
                    + entry.getKey().length()
                    + entry.getValue().epoch().length();
        }
        for (Map.Entry<String, String> entry : connect.headers().entrySet()) {
            bytes +=
                    MAP_ENTRY_BYTES + entry.getKey().length() + entry.getValue().length();
        }
        return bytes;
    }

    private static int payload(@Nullable Payload payload) {
        return payload == null ? 0 : payload.length();
    }
}
