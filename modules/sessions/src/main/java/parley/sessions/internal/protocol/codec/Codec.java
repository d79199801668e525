package parley.sessions.internal.protocol.codec;

import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.Answered;
import parley.sessions.internal.protocol.message.Command;
import parley.sessions.internal.protocol.message.Push;

/// One encoding of the protocol: bytes to commands, replies and pushes to bytes. Pure: no I/O, no clock,
/// no state. Thread-safe.
public interface Codec {
    /// The commands of one frame, at least one. Each payload is copied once; `frame` is not kept. Throws
    /// nothing else, whatever the bytes are, and allocates in proportion to `length` only.
    List<Command> decode(byte[] frame, int offset, int length) throws Violation;

    /// One message. Null where the encoding cannot carry it: a payload that is not JSON, for JSON.
    byte @Nullable [] reply(int id, Answered answer);

    /// As [#reply].
    byte @Nullable [] push(Push push);

    /// The server's ping; shared, nobody may change it.
    byte[] ping();

    /// Bytes that stand between two messages of a frame: 1 for JSON, 0 for Protobuf.
    int separatorBytes();
}
