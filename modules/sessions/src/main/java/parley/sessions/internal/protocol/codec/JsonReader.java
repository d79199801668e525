package parley.sessions.internal.protocol.codec;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.Command;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Resume;
import parley.sessions.internal.protocol.message.StreamPosition;

/// Reads commands from JSON. Unknown members are ignored and `null` equals an absent one; a known member
/// of the wrong kind, or twice in one object, is a violation.
final class JsonReader {
    private final JsonSource in;

    private JsonReader(JsonSource in) {
        this.in = in;
    }

    static List<Command> read(byte[] frame, int offset, int length) throws Violation {
        try (JsonParser parser = JsonValues.FACTORY.createParser(frame, offset, length)) {
            return new JsonReader(new JsonSource(parser, frame, offset)).commands();
        } catch (IOException | RuntimeException e) {
            // The parser's own complaints; some of its limits throw unchecked.
            throw new Violation("not JSON within the limits");
        }
    }

    private List<Command> commands() throws IOException, Violation {
        if (!in.nextDocument()) {
            throw new Violation("empty frame");
        }
        Command first = command();
        if (!in.nextDocument()) {
            return List.of(first);
        }
        List<Command> commands = new ArrayList<>();
        commands.add(first);
        do {
            commands.add(command());
        } while (in.nextDocument());
        return commands;
    }

    private Command command() throws IOException, Violation {
        long seen = in.enter();
        int id = 0;
        Request request = null;
        for (String name = in.member(); name != null; name = in.member()) {
            if (name.equals("id")) {
                seen = in.once(seen, 0);
                id = in.uint32();
                continue;
            }
            int kind = kind(name);
            if (kind == 0) {
                in.skip();
                continue;
            }
            seen = in.once(seen, kind);
            if (!in.isNull()) {
                request = Precedence.first(request, request(kind));
            }
        }
        return id == 0 && request == null ? Command.PONG : new Command(id, request);
    }

    /// The field number of a request in the schema, 0 for anything else.
    private static int kind(String name) {
        return switch (name) {
            case "connect" -> 4;
            case "subscribe" -> 5;
            case "unsubscribe" -> 6;
            case "publish" -> 7;
            case "presence" -> 8;
            case "presence_stats" -> 9;
            case "history" -> 10;
            case "ping" -> 11;
            case "send" -> 12;
            case "rpc" -> 13;
            case "refresh" -> 14;
            case "sub_refresh" -> 15;
            default -> 0;
        };
    }

    private Request request(int kind) throws IOException, Violation {
        return switch (kind) {
            case 4 -> connect();
            case 5 -> subscribe().request();
            case 6 -> new Request.Unsubscribe(onlyString("channel"));
            case 7 -> publish();
            case 8 -> new Request.Presence(onlyString("channel"));
            case 9 -> new Request.PresenceStats(onlyString("channel"));
            case 10 -> history();
            case 11 -> ping();
            case 12 -> new Request.Send(onlyPayload());
            case 13 -> rpc();
            case 14 -> new Request.Refresh(onlyString("token"));
            default -> subRefresh();
        };
    }

    private Request connect() throws IOException, Violation {
        long seen = in.enter();
        String token = "";
        Payload data = null;
        Map<String, Resume> subscriptions = Map.of();
        String name = "";
        String version = "";
        Map<String, String> headers = Map.of();
        for (String member = in.member(); member != null; member = in.member()) {
            switch (member) {
                case "token" -> {
                    seen = in.once(seen, 1);
                    token = in.string();
                }
                case "data" -> {
                    seen = in.once(seen, 2);
                    data = in.payload();
                }
                case "subs" -> {
                    seen = in.once(seen, 3);
                    subscriptions = subscriptions();
                }
                case "name" -> {
                    seen = in.once(seen, 4);
                    name = in.string();
                }
                case "version" -> {
                    seen = in.once(seen, 5);
                    version = in.string();
                }
                case "headers" -> {
                    seen = in.once(seen, 6);
                    headers = headers();
                }
                default -> in.skip();
            }
        }
        return new Request.Connect(token, data, subscriptions, name, version, headers);
    }

    private Map<String, Resume> subscriptions() throws IOException, Violation {
        if (in.isNull()) {
            return Map.of();
        }
        in.enter();
        Map<String, Resume> all = new LinkedHashMap<>();
        for (String channel = in.member(); channel != null; channel = in.member()) {
            Resume resume = in.isNull() ? Resume.NONE : subscribe().resume();
            if (all.put(channel, resume) != null) {
                throw new Violation("member twice");
            }
        }
        return all;
    }

    private Map<String, String> headers() throws IOException, Violation {
        if (in.isNull()) {
            return Map.of();
        }
        in.enter();
        Map<String, String> all = new LinkedHashMap<>();
        for (String name = in.member(); name != null; name = in.member()) {
            if (all.put(name, in.string()) != null) {
                throw new Violation("member twice");
            }
        }
        return all;
    }

    private SubscribeFields subscribe() throws IOException, Violation {
        SubscribeFields fields = new SubscribeFields();
        long seen = in.enter();
        for (String member = in.member(); member != null; member = in.member()) {
            int number = number(member);
            if (number == 0) {
                in.skip();
            } else {
                seen = in.once(seen, number);
                subscribeMember(fields, number);
            }
        }
        return fields;
    }

    private static int number(String member) {
        return switch (member) {
            case "channel" -> 1;
            case "token" -> 2;
            case "recover" -> 3;
            case "epoch" -> 6;
            case "offset" -> 7;
            case "data" -> 8;
            case "positioned" -> 9;
            case "recoverable" -> 10;
            case "join_leave" -> 11;
            case "tf" -> 13;
            case "flag" -> 14;
            case "type" -> 15;
            default -> 0;
        };
    }

    private void subscribeMember(SubscribeFields fields, int number) throws IOException, Violation {
        switch (number) {
            case 1 -> fields.channel = in.string();
            case 2 -> fields.token = in.string();
            case 3 -> fields.recover = in.flag();
            case 6 -> fields.epoch = in.string();
            case 7 -> fields.offset = in.uint64();
            case 8 -> fields.data = in.payload();
            case 9 -> fields.positioned = in.flag();
            case 10 -> fields.recoverable = in.flag();
            case 11 -> fields.joinLeave = in.flag();
            case 13 -> {
                fields.filtered = !in.isNull();
                in.skip();
            }
            case 14 -> fields.flag = in.int64();
            default -> fields.type = in.int32();
        }
    }

    private Request publish() throws IOException, Violation {
        long seen = in.enter();
        String channel = "";
        Payload data = null;
        int type = 0;
        for (String member = in.member(); member != null; member = in.member()) {
            switch (member) {
                case "channel" -> {
                    seen = in.once(seen, 1);
                    channel = in.string();
                }
                case "data" -> {
                    seen = in.once(seen, 2);
                    data = in.payload();
                }
                case "type" -> {
                    seen = in.once(seen, 3);
                    type = in.int32();
                }
                default -> in.skip();
            }
        }
        return new Request.Publish(channel, data, type);
    }

    private Request history() throws IOException, Violation {
        long seen = in.enter();
        String channel = "";
        int limit = 0;
        StreamPosition since = null;
        boolean reverse = false;
        for (String member = in.member(); member != null; member = in.member()) {
            switch (member) {
                case "channel" -> {
                    seen = in.once(seen, 1);
                    channel = in.string();
                }
                case "limit" -> {
                    seen = in.once(seen, 7);
                    limit = in.int32();
                }
                case "since" -> {
                    seen = in.once(seen, 8);
                    since = in.isNull() ? null : position();
                }
                case "reverse" -> {
                    seen = in.once(seen, 9);
                    reverse = in.flag();
                }
                default -> in.skip();
            }
        }
        return new Request.History(channel, limit, since, reverse);
    }

    private StreamPosition position() throws IOException, Violation {
        long seen = in.enter();
        long offset = 0;
        String epoch = "";
        for (String member = in.member(); member != null; member = in.member()) {
            switch (member) {
                case "offset" -> {
                    seen = in.once(seen, 1);
                    offset = in.uint64();
                }
                case "epoch" -> {
                    seen = in.once(seen, 2);
                    epoch = in.string();
                }
                default -> in.skip();
            }
        }
        return new StreamPosition(offset, epoch);
    }

    private Request ping() throws IOException, Violation {
        in.enter();
        while (in.member() != null) {
            in.skip();
        }
        return new Request.Ping();
    }

    private Request rpc() throws IOException, Violation {
        long seen = in.enter();
        Payload data = null;
        String method = "";
        for (String member = in.member(); member != null; member = in.member()) {
            switch (member) {
                case "data" -> {
                    seen = in.once(seen, 1);
                    data = in.payload();
                }
                case "method" -> {
                    seen = in.once(seen, 2);
                    method = in.string();
                }
                default -> in.skip();
            }
        }
        return new Request.Rpc(method, data);
    }

    private Request subRefresh() throws IOException, Violation {
        long seen = in.enter();
        String channel = "";
        String token = "";
        int type = 0;
        for (String member = in.member(); member != null; member = in.member()) {
            switch (member) {
                case "channel" -> {
                    seen = in.once(seen, 1);
                    channel = in.string();
                }
                case "token" -> {
                    seen = in.once(seen, 2);
                    token = in.string();
                }
                case "type" -> {
                    seen = in.once(seen, 3);
                    type = in.int32();
                }
                default -> in.skip();
            }
        }
        return new Request.SubRefresh(channel, token, type);
    }

    private String onlyString(String wanted) throws IOException, Violation {
        long seen = in.enter();
        String value = "";
        for (String member = in.member(); member != null; member = in.member()) {
            if (member.equals(wanted)) {
                seen = in.once(seen, 1);
                value = in.string();
            } else {
                in.skip();
            }
        }
        return value;
    }

    private @Nullable Payload onlyPayload() throws IOException, Violation {
        long seen = in.enter();
        Payload value = null;
        for (String member = in.member(); member != null; member = in.member()) {
            if (member.equals("data")) {
                seen = in.once(seen, 1);
                value = in.payload();
            } else {
                in.skip();
            }
        }
        return value;
    }
}
