package parley.sessions.internal.protocol.codec;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import parley.sessions.internal.protocol.message.Command;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Resume;
import parley.sessions.internal.transport.Encoding;

/// Frames as a client sends them, in both encodings, from their JSON text.
public final class ClientFrames {
    private final ProtobufSink out = new ProtobufSink(64);

    private ClientFrames() {}

    /// One frame of the commands in `json`, one per line.
    public static byte[] of(Encoding encoding, String json) {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        if (encoding == Encoding.JSON) {
            return text;
        }
        List<byte[]> messages = new ArrayList<>();
        try {
            for (Command command : Codecs.of(Encoding.JSON).decode(text, 0, text.length)) {
                messages.add(new ClientFrames().command(command));
            }
        } catch (Violation e) {
            throw new IllegalArgumentException(json, e);
        }
        return Joined.of(messages, 0);
    }

    private byte[] command(Command command) {
        int end = out.end();
        Request request = command.request();
        if (request != null) {
            int requestEnd = out.end();
            int field = fields(request);
            out.message(field, requestEnd);
        }
        out.number(1, Integer.toUnsignedLong(command.id()));
        out.delimit(end);
        return out.take();
    }

    private int fields(Request request) {
        return switch (request) {
            case Request.Connect connect -> connect(connect);
            case Request.Subscribe subscribe -> subscribe(subscribe);
            case Request.Unsubscribe unsubscribe -> channel(6, unsubscribe.channel());
            case Request.Publish publish -> {
                out.number(3, publish.type());
                out.payload(2, publish.data());
                yield channel(7, publish.channel());
            }
            case Request.Presence presence -> channel(8, presence.channel());
            case Request.PresenceStats stats -> channel(9, stats.channel());
            case Request.History history -> history(history);
            case Request.Ping _ -> 11;
            case Request.Send send -> {
                out.payload(1, send.data());
                yield 12;
            }
            case Request.Rpc rpc -> {
                out.string(2, rpc.method());
                out.payload(1, rpc.data());
                yield 13;
            }
            case Request.Refresh refresh -> channel(14, refresh.token());
            case Request.SubRefresh refresh -> {
                out.number(3, refresh.type());
                out.string(2, refresh.token());
                yield channel(15, refresh.channel());
            }
        };
    }

    private int connect(Request.Connect connect) {
        for (Map.Entry<String, Resume> entry :
                List.copyOf(connect.subscriptions().entrySet()).reversed()) {
            int end = out.end();
            int value = out.end();
            resume(entry.getValue());
            out.message(2, value);
            out.string(1, entry.getKey());
            out.message(3, end);
        }
        out.payload(2, connect.data());
        out.string(1, connect.token());
        return 4;
    }

    private int subscribe(Request.Subscribe subscribe) {
        out.number(15, subscribe.type());
        out.number(14, subscribe.flag());
        if (subscribe.filtered()) {
            out.message(13, out.end());
        }
        out.payload(8, subscribe.data());
        resume(subscribe.resume());
        return channel(5, subscribe.channel());
    }

    private int history(Request.History history) {
        out.flag(9, history.reverse());
        if (history.since() != null) {
            int end = out.end();
            out.string(2, history.since().epoch());
            out.number(1, history.since().offset());
            out.message(8, end);
        }
        out.number(7, history.limit());
        return channel(10, history.channel());
    }

    private void resume(Resume resume) {
        out.number(7, resume.offset());
        out.string(6, resume.epoch());
        out.flag(3, resume.recover());
    }

    private int channel(int kind, String channel) {
        out.string(1, channel);
        return kind;
    }
}
