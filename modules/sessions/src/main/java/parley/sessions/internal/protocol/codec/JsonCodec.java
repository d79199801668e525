package parley.sessions.internal.protocol.codec;

import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.Answered;
import parley.sessions.internal.protocol.message.Command;
import parley.sessions.internal.protocol.message.Push;

/// The JSON encoding.
final class JsonCodec implements Codec {
    private static final byte[] PING = {'{', '}'};
    private static final List<Command> PONG = List.of(Command.PONG);

    @Override
    public List<Command> decode(byte[] frame, int offset, int length) throws Violation {
        // The pong is by far the most frequent frame.
        boolean pong = length == 2 && frame[offset] == '{' && frame[offset + 1] == '}';
        return pong ? PONG : JsonReader.read(frame, offset, length);
    }

    @Override
    public byte @Nullable [] reply(int id, Answered answer) {
        try {
            return JsonWriter.reply(id, answer);
        } catch (JsonText.NotJson e) {
            return null;
        }
    }

    @Override
    public byte @Nullable [] push(Push push) {
        try {
            return JsonWriter.push(push);
        } catch (JsonText.NotJson e) {
            return null;
        }
    }

    @Override
    public byte[] ping() {
        return PING;
    }

    @Override
    public int separatorBytes() {
        return 1;
    }
}
