package parley.app.system;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The Protobuf form of protocol messages from and to their JSON, by the schema, with the library of an
/// SDK: it shares no code with the server.
final class ProtobufText {
    /// `name number kind`: u number, b flag, s text, d payload, or a message; `*` many, `%` a map by
    /// text.
    private static final Map<String, String> SCHEMA = Map.ofEntries(
            Map.entry(
                    "Command",
                    "id 1 u,connect 4 ConnectRequest,subscribe 5 SubscribeRequest,unsubscribe 6 Channel,"
                            + "publish 7 PublishRequest,presence 8 Channel,presence_stats 9 Channel,"
                            + "history 10 HistoryRequest,ping 11 Empty,send 12 Payload,rpc 13 Rpc,refresh 14 Token,"
                            + "sub_refresh 15 SubRefresh"),
            Map.entry("ConnectRequest", "token 1 s,data 2 d,subs 3 %SubscribeRequest,name 4 s,version 5 s"),
            Map.entry(
                    "SubscribeRequest",
                    "channel 1 s,token 2 s,recover 3 b,epoch 6 s,offset 7 u,data 8 d,positioned 9 b,"
                            + "recoverable 10 b,join_leave 11 b,tf 13 Empty,flag 14 u,type 15 u"),
            Map.entry("Channel", "channel 1 s"),
            Map.entry("PublishRequest", "channel 1 s,data 2 d,type 3 u"),
            Map.entry("HistoryRequest", "channel 1 s,limit 7 u,since 8 Position,reverse 9 b"),
            Map.entry("Position", "offset 1 u,epoch 2 s"),
            Map.entry("Empty", "x 1 u"),
            Map.entry("Payload", "data 1 d"),
            Map.entry("Rpc", "data 1 d,method 2 s"),
            Map.entry("Token", "token 1 s"),
            Map.entry("SubRefresh", "channel 1 s,token 2 s,type 3 u"),
            Map.entry(
                    "Reply",
                    "id 1 u,error 2 Error,push 4 Push,connect 5 ConnectResult,subscribe 6 SubscribeResult,"
                            + "unsubscribe 7 Empty,publish 8 Empty,presence 9 Presence,presence_stats 10 Stats,"
                            + "history 11 Past,rpc 13 Payload,refresh 14 Refreshed,sub_refresh 15 SubRefreshed"),
            Map.entry("Error", "code 1 u,message 2 s,temporary 3 b"),
            Map.entry(
                    "ConnectResult",
                    "client 1 s,version 2 s,expires 3 b,ttl 4 u,data 5 d,subs 6 %SubscribeResult,ping 7 u,pong 8 b"),
            Map.entry(
                    "SubscribeResult",
                    "expires 1 b,ttl 2 u,recoverable 3 b,epoch 6 s,publications 7 *Publication,recovered 8 b,"
                            + "offset 9 u,positioned 10 b,data 11 d,was_recovering 12 b"),
            Map.entry("Presence", "presence 1 %ClientInfo"),
            Map.entry("Stats", "num_clients 1 u,num_users 2 u"),
            Map.entry("Past", "publications 1 *Publication,epoch 2 s,offset 3 u"),
            Map.entry("Refreshed", "client 1 s,version 2 s,expires 3 b,ttl 4 u"),
            Map.entry("SubRefreshed", "expires 1 b,ttl 2 u"),
            Map.entry("ClientInfo", "user 1 s,client 2 s,conn_info 3 d,chan_info 4 d"),
            Map.entry("Publication", "data 4 d,info 5 ClientInfo,offset 6 u"),
            Map.entry(
                    "Push",
                    "channel 2 s,pub 4 Publication,join 5 Member,leave 6 Member,unsubscribe 7 Unsubscribed,"
                            + "message 8 Payload,subscribe 9 Subscribed"),
            Map.entry("Member", "info 1 ClientInfo"),
            Map.entry("Unsubscribed", "code 2 u,reason 3 s"),
            Map.entry("Subscribed", "recoverable 1 b,epoch 4 s,offset 5 u,positioned 6 b,data 7 d"));

    private ProtobufText() {}

    private record Field(String name, int number, char mark, String kind) {
        static Field parse(String text) {
            String[] parts = text.split(" ", -1);
            boolean marked = parts[2].startsWith("*") || parts[2].startsWith("%");
            return new Field(
                    parts[0],
                    Integer.parseInt(parts[1]),
                    marked ? parts[2].charAt(0) : ' ',
                    marked ? parts[2].substring(1) : parts[2]);
        }
    }

    private static List<Field> fields(String message) {
        List<Field> fields = new ArrayList<>();
        for (String text : SCHEMA.getOrDefault(message, "").split(",", -1)) {
            fields.add(Field.parse(text));
        }
        return fields;
    }

    /// One frame of commands.
    static byte[] frame(List<String> commands) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(frame);
        try {
            for (String command : commands) {
                byte[] message = encoded("Command", JsonFields.object(command));
                out.writeByteArrayNoTag(message);
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return frame.toByteArray();
    }

    /// The replies of one frame.
    static List<JsonObject> replies(byte[] frame) {
        List<JsonObject> replies = new ArrayList<>();
        CodedInputStream in = CodedInputStream.newInstance(frame);
        try {
            while (!in.isAtEnd()) {
                replies.add(decoded("Reply", in.readByteArray()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return replies;
    }

    private static byte[] encoded(String message, JsonObject from) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (Field field : fields(message)) {
            JsonValue value = from.get(field.name());
            if (value == null) {
                continue;
            }
            switch (field.kind()) {
                case "u" -> out.writeUInt64(field.number(), ((JsonNumber) value).longValue());
                case "b" -> out.writeBool(field.number(), value == JsonValue.TRUE);
                case "s" -> out.writeString(field.number(), ((JsonString) value).getString());
                case "d" -> out.writeByteArray(field.number(), value.toString().getBytes(StandardCharsets.UTF_8));
                default -> {
                    if (field.mark() == '%') {
                        for (Map.Entry<String, JsonValue> entry :
                                value.asJsonObject().entrySet()) {
                            out.writeByteArray(field.number(), entry(field, entry));
                        }
                    } else {
                        out.writeByteArray(field.number(), encoded(field.kind(), value.asJsonObject()));
                    }
                }
            }
        }
        out.flush();
        return bytes.toByteArray();
    }

    private static byte[] entry(Field field, Map.Entry<String, JsonValue> entry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeString(1, entry.getKey());
        out.writeByteArray(2, encoded(field.kind(), entry.getValue().asJsonObject()));
        out.flush();
        return bytes.toByteArray();
    }

    private static JsonObject decoded(String message, byte[] bytes) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        JsonObjectBuilder into = Json.createObjectBuilder();
        Map<String, JsonArrayBuilder> lists = new TreeMap<>();
        Map<String, JsonObjectBuilder> maps = new TreeMap<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int number = WireFormat.getTagFieldNumber(tag);
            Field field = fields(message).stream()
                    .filter(each -> each.number() == number)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(message + " has no field " + number));
            switch (field.mark()) {
                case '*' ->
                    lists.computeIfAbsent(field.name(), _ -> Json.createArrayBuilder())
                            .add(value(field, in));
                case '%' -> put(maps.computeIfAbsent(field.name(), _ -> Json.createObjectBuilder()), field, in);
                default -> into.add(field.name(), value(field, in));
            }
        }
        lists.forEach(into::add);
        maps.forEach(into::add);
        return into.build();
    }

    private static void put(JsonObjectBuilder map, Field field, CodedInputStream in) throws IOException {
        CodedInputStream entry = CodedInputStream.newInstance(in.readByteArray());
        String key = "";
        JsonObject value = JsonValue.EMPTY_JSON_OBJECT;
        for (int tag = entry.readTag(); tag != 0; tag = entry.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 1) {
                key = entry.readString();
            } else {
                value = decoded(field.kind(), entry.readByteArray());
            }
        }
        map.add(key, value);
    }

    private static JsonValue value(Field field, CodedInputStream in) throws IOException {
        return switch (field.kind()) {
            case "u" -> Json.createValue(in.readUInt64());
            case "b" -> in.readBool() ? JsonValue.TRUE : JsonValue.FALSE;
            case "s" -> Json.createValue(in.readString());
            case "d" -> payload(in.readByteArray());
            default -> decoded(field.kind(), in.readByteArray());
        };
    }

    /// A payload: the JSON that it is, or its bytes in hexadecimal.
    private static JsonValue payload(byte[] bytes) {
        String text = "[" + new String(bytes, StandardCharsets.UTF_8) + "]";
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readArray().getFirst();
        } catch (JsonException e) {
            return Json.createValue(HexFormat.of().formatHex(bytes));
        }
    }
}
