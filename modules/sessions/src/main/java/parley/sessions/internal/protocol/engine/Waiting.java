package parley.sessions.internal.protocol.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import parley.sessions.internal.protocol.codec.Bundle;
import parley.sessions.internal.transport.Encoding;
import parley.sessions.internal.transport.Frame;

/// Bundle that wait until the transport has room: they leave in order, several to a frame. What is
/// counted is what is kept: a message waits as a frame and nothing else. Guarded by its queue.
final class Waiting {
    /// One reply, or the pushes of one run.
    private record Item(Frame frame, int entries) {
        int bytes() {
            return frame.messageBytes();
        }
    }

    private final ArrayDeque<Item> items = new ArrayDeque<>();
    private int bytes;
    private int entries;

    int bytes() {
        return bytes;
    }

    int entries() {
        return entries;
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    void add(Frame frame, int ofEntries) {
        items.add(new Item(frame, ofEntries));
        bytes += frame.messageBytes();
        entries += ofEntries;
    }

    /// Makes anew what holds content that was taken back.
    void purge() {
        List<Item> all = List.copyOf(items);
        items.clear();
        bytes = 0;
        entries = 0;
        all.forEach(item -> add(item.frame.now(), item.entries));
    }

    /// Takes the first messages, at least one and not more than `bytesMax`, as one frame.
    Frame frame(Encoding encoding, int bytesMax) {
        List<Frame> some = new ArrayList<>();
        int size = 0;
        Item next = items.peek();
        while (next != null && (some.isEmpty() || (size + next.bytes() <= bytesMax && areJoinable(some, next)))) {
            items.remove();
            some.add(next.frame);
            size += next.bytes();
            entries -= next.entries;
            next = items.peek();
        }
        bytes -= size;
        return Bundle.join(encoding, some);
    }

    private static boolean areJoinable(List<Frame> some, Item next) {
        return Bundle.isJoinable(some.getFirst()) && Bundle.isJoinable(next.frame);
    }
}
