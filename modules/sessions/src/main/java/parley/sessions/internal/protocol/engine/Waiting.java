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
    /// `entries`: how many replies or pushes `bytes` holds.
    private static final class Message {
        private final byte[] bytes;
        private final int entries;

        Message(byte[] bytes, int entries) {
            this.bytes = bytes;
            this.entries = entries;
        }
    }

    private final ArrayDeque<Message> messages = new ArrayDeque<>();
    private int bytes;
    private int entries;

    int bytes() {
        return bytes;
    }

    int entries() {
        return entries;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    void add(byte[] message, int holding) {
        messages.add(new Message(message, holding));
        bytes += message.length;
        entries += holding;
    }

    /// Takes the first messages, at least one and not more than `bytesMax`, as one frame.
    Frame frame(Encoding encoding, int bytesMax) {
        List<byte[]> some = new ArrayList<>();
        int size = 0;
        do {
            Message message = messages.remove();
            some.add(message.bytes);
            size += message.bytes.length;
            entries -= message.entries;
        } while (!messages.isEmpty() && size + messages.element().bytes.length <= bytesMax);
        bytes -= size;
        byte[] joined = some.size() == 1 ? some.getFirst() : Codecs.of(encoding).join(some);
        return Frame.message(encoding, joined, 0, joined.length);
    }
}
