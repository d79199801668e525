package parley.sessions.internal.protocol.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import parley.sessions.internal.protocol.codec.Codecs;
import parley.sessions.internal.transport.Encoding;
import parley.sessions.internal.transport.Frame;

/// Messages that wait until the transport has room: they leave in order, several to a frame. Guarded by
/// its queue.
final class Waiting {
    private final ArrayDeque<byte[]> messages = new ArrayDeque<>();
    private int bytes;

    int bytes() {
        return bytes;
    }

    int size() {
        return messages.size();
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    void add(byte[] message) {
        messages.add(message);
        bytes += message.length;
    }

    /// Takes the first messages, at least one and not more than `bytesMax`, as one frame.
    Frame frame(Encoding encoding, int bytesMax) {
        List<byte[]> some = new ArrayList<>();
        int size = 0;
        do {
            byte[] message = messages.remove();
            some.add(message);
            size += message.length;
        } while (!messages.isEmpty() && size + messages.element().length <= bytesMax);
        bytes -= size;
        byte[] joined = some.size() == 1 ? some.getFirst() : Codecs.of(encoding).join(some);
        return Frame.message(encoding, joined, 0, joined.length);
    }
}
