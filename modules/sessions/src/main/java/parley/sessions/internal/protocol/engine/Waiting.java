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
    private final ArrayDeque<Outgoing> messages = new ArrayDeque<>();
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

    void add(Outgoing message) {
        messages.add(message);
        bytes += message.bytes().length;
        entries += message.entries();
    }

    /// Makes anew what holds content that was taken back.
    void purge() {
        for (int left = messages.size(); left > 0; left--) {
            Outgoing message = messages.remove();
            Outgoing now = message.now();
            bytes += now.bytes().length - message.bytes().length;
            messages.add(now);
        }
    }

    /// Takes the first messages, at least one and not more than `bytesMax`, as one frame.
    Frame frame(Encoding encoding, int bytesMax) {
        List<Outgoing> some = new ArrayList<>();
        int size = 0;
        do {
            Outgoing message = messages.remove();
            some.add(message);
            size += message.bytes().length;
            entries -= message.entries();
        } while (!messages.isEmpty() && size + messages.element().bytes().length <= bytesMax);
        bytes -= size;
        return frame(encoding, some);
    }

    /// `messages` as one frame, which can be made anew.
    static Frame frame(Encoding encoding, List<Outgoing> messages) {
        List<byte[]> all = messages.stream().map(Outgoing::bytes).toList();
        byte[] joined = all.size() == 1 ? all.getFirst() : Codecs.of(encoding).join(all);
        return Frame.message(encoding, joined, 0, joined.length).of(() -> {
            List<Outgoing> now = messages.stream().map(Outgoing::now).toList();
            return isSame(messages, now) ? null : frame(encoding, now);
        });
    }

    private static boolean isSame(List<Outgoing> some, List<Outgoing> others) {
        for (int i = 0; i < some.size(); i++) {
            if (some.get(i) != others.get(i)) {
                return false;
            }
        }
        return true;
    }
}
