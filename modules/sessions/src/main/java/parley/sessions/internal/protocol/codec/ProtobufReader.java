package parley.sessions.internal.protocol.codec;

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

/// Reads commands from Protobuf. The field numbers are those of the schema; unknown fields are skipped,
/// a known one of the wrong wire type is a violation, the last of a repeated scalar counts.
final class ProtobufReader {
    private final ProtobufSource in;

    private ProtobufReader(ProtobufSource in) {
        this.in = in;
    }

    static List<Command> read(byte[] frame, int offset, int length) throws Violation {
        ProtobufReader reader = new ProtobufReader(new ProtobufSource(frame, offset, length));
        if (!reader.in.hasMore()) {
            throw new Violation("empty frame");
        }
        Command first = reader.command();
        if (!reader.in.hasMore()) {
            return List.of(first);
        }
        List<Command> commands = new ArrayList<>();
        commands.add(first);
        while (reader.in.hasMore()) {
            commands.add(reader.command());
        }
        return commands;
    }

    private Command command() throws Violation {
        int outer = in.enterDelimited();
        int id = 0;
        Request request = null;
        while (in.hasMore()) {
            int field = in.field();
            if (field == 1) {
                id = in.int32();
            } else if (field >= 4 && field <= 15) {
                request = Precedence.first(request, request(field));
            } else {
                in.skip();
            }
        }
        in.leave(outer);
        return id == 0 && request == null ? Command.PONG : new Command(id, request);
    }

    private Request request(int field) throws Violation {
        int outer = in.enter();
        Request request = switch (field) {
            case 4 -> connect();
            case 5 -> subscribe();
            case 6 -> new Request.Unsubscribe(onlyString());
            case 7 -> publish();
            case 8 -> new Request.Presence(onlyString());
            case 9 -> new Request.PresenceStats(onlyString());
            case 10 -> history();
            case 11 -> ping();
            case 12 -> new Request.Send(onlyPayload());
            case 13 -> rpc();
            case 14 -> new Request.Refresh(onlyString());
            default -> subRefresh();
        };
        in.leave(outer);
        return request;
    }

    private Request connect() throws Violation {
        String token = "";
        Payload data = null;
        Map<String, Resume> subscriptions = Map.of();
        String name = "";
        String version = "";
        Map<String, String> headers = Map.of();
        while (in.hasMore()) {
            switch (in.field()) {
                case 1 -> token = in.string();
                case 2 -> data = in.payload();
                case 3 -> subscriptions = subscription(subscriptions);
                case 4 -> name = in.string();
                case 5 -> version = in.string();
                case 6 -> headers = header(headers);
                default -> in.skip();
            }
        }
        return new Request.Connect(token, data, subscriptions, name, version, headers);
    }

    private Map<String, Resume> subscription(Map<String, Resume> known) throws Violation {
        int outer = in.enter();
        String channel = "";
        Resume resume = Resume.NONE;
        while (in.hasMore()) {
            switch (in.field()) {
                case 1 -> channel = in.string();
                case 2 -> resume = resume();
                default -> in.skip();
            }
        }
        in.leave(outer);
        Map<String, Resume> all = known.isEmpty() ? new LinkedHashMap<>() : known;
        all.put(channel, resume);
        return all;
    }

    private Resume resume() throws Violation {
        int outer = in.enter();
        boolean recover = false;
        String epoch = "";
        long offset = 0;
        while (in.hasMore()) {
            switch (in.field()) {
                case 3 -> recover = in.flag();
                case 6 -> epoch = in.string();
                case 7 -> offset = in.number();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new Resume(recover, offset, epoch);
    }

    private Map<String, String> header(Map<String, String> known) throws Violation {
        int outer = in.enter();
        String name = "";
        String value = "";
        while (in.hasMore()) {
            switch (in.field()) {
                case 1 -> name = in.string();
                case 2 -> value = in.string();
                default -> in.skip();
            }
        }
        in.leave(outer);
        Map<String, String> all = known.isEmpty() ? new LinkedHashMap<>() : known;
        all.put(name, value);
        return all;
    }

    private Request subscribe() throws Violation {
        SubscribeFields fields = new SubscribeFields();
        while (in.hasMore()) {
            switch (in.field()) {
                case 1 -> fields.channel = in.string();
                case 2 -> fields.token = in.string();
                case 3 -> fields.recover = in.flag();
                case 6 -> fields.epoch = in.string();
                case 7 -> fields.offset = in.number();
                case 8 -> fields.data = in.payload();
                case 9 -> fields.positioned = in.flag();
                case 10 -> fields.recoverable = in.flag();
                case 11 -> fields.joinLeave = in.flag();
                case 13 -> {
                    in.skip();
                    fields.filtered = true;
                }
                case 14 -> fields.flag = in.number();
                case 15 -> fields.type = in.int32();
                default -> in.skip();
            }
        }
        return fields.request();
    }

    private Request publish() throws Violation {
        String channel = "";
        Payload data = null;
        int type = 0;
        while (in.hasMore()) {
            switch (in.field()) {
                case 1 -> channel = in.string();
                case 2 -> data = in.payload();
                case 3 -> type = in.int32();
                default -> in.skip();
            }
        }
        return new Request.Publish(channel, data, type);
    }

    private Request history() throws Violation {
        String channel = "";
        int limit = 0;
        StreamPosition since = null;
        boolean reverse = false;
        while (in.hasMore()) {
            switch (in.field()) {
                case 1 -> channel = in.string();
                case 7 -> limit = in.int32();
                case 8 -> since = position();
                case 9 -> reverse = in.flag();
                default -> in.skip();
            }
        }
        return new Request.History(channel, limit, since, reverse);
    }

    private StreamPosition position() throws Violation {
        int outer = in.enter();
        long offset = 0;
        String epoch = "";
        while (in.hasMore()) {
            switch (in.field()) {
                case 1 -> offset = in.number();
                case 2 -> epoch = in.string();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new StreamPosition(offset, epoch);
    }

    private Request ping() throws Violation {
        while (in.hasMore()) {
            in.field();
            in.skip();
        }
        return new Request.Ping();
    }

    private Request rpc() throws Violation {
        Payload data = null;
        String method = "";
        while (in.hasMore()) {
            switch (in.field()) {
                case 1 -> data = in.payload();
                case 2 -> method = in.string();
                default -> in.skip();
            }
        }
        return new Request.Rpc(method, data);
    }

    private Request subRefresh() throws Violation {
        String channel = "";
        String token = "";
        int type = 0;
        while (in.hasMore()) {
            switch (in.field()) {
                case 1 -> channel = in.string();
                case 2 -> token = in.string();
                case 3 -> type = in.int32();
                default -> in.skip();
            }
        }
        return new Request.SubRefresh(channel, token, type);
    }

    private String onlyString() throws Violation {
        String value = "";
        while (in.hasMore()) {
            if (in.field() == 1) {
                value = in.string();
            } else {
                in.skip();
            }
        }
        return value;
    }

    private @Nullable Payload onlyPayload() throws Violation {
        Payload value = null;
        while (in.hasMore()) {
            if (in.field() == 1) {
                value = in.payload();
            } else {
                in.skip();
            }
        }
        return value;
    }
}
