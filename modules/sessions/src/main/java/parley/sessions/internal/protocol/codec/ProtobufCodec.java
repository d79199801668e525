package parley.sessions.internal.protocol.codec;

import java.util.List;
import parley.sessions.internal.protocol.message.Answered;
import parley.sessions.internal.protocol.message.Command;
import parley.sessions.internal.protocol.message.Push;

/// The Protobuf encoding.
final class ProtobufCodec implements Codec {
    private static final byte[] PING = {0};

    @Override
    public List<Command> decode(byte[] frame, int offset, int length) throws Violation {
        return ProtobufReader.read(frame, offset, length);
    }

    @Override
    public byte[] reply(int id, Answered answer) {
        return ProtobufWriter.reply(id, answer);
    }

    @Override
    public byte[] push(Push push) {
        return ProtobufWriter.push(push);
    }

    @Override
    public byte[] ping() {
        return PING;
    }

    @Override
    public int separatorBytes() {
        return 0;
    }
}
