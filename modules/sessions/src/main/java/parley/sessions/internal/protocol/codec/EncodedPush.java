package parley.sessions.internal.protocol.codec;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Push;
import parley.sessions.internal.transport.Encoding;
import parley.sessions.internal.transport.Frame;

/// A push, or a run of pushes, that many sessions get: encoded at most once per encoding, when the
/// first session that needs it comes, and shared by all. Thread-safe; two threads at the same moment
/// may both encode.
public final class EncodedPush {
    private static final byte[] NOT_POSSIBLE = {};

    private final List<Push> pushes;

    /// Some of the content may be taken back.
    private final boolean revocable;

    private volatile @Nullable EncodedPush replacement;
    private volatile byte @Nullable [] json;
    private volatile byte @Nullable [] protobuf;
    private volatile @Nullable Frame jsonFrame;
    private volatile @Nullable Frame protobufFrame;

    public EncodedPush(Push push) {
        this(List.of(push));
    }

    private EncodedPush(List<Push> pushes) {
        this.pushes = pushes;
        this.revocable = pushes.stream().anyMatch(EncodedPush::isRevocable);
    }

    private static boolean isRevocable(Push push) {
        return push instanceof Push.Published published
                && published.publication().data() != null
                && published.publication().data().isRevocable();
    }

    /// The same with what its payloads are now; itself when nothing was taken back. Whoever keeps it
    /// asks again when it leaves.
    public EncodedPush now() {
        if (!revocable) {
            return this;
        }
        EncodedPush known = replacement;
        if (known != null) {
            return known.now();
        }
        List<Push> now = new ArrayList<>(pushes.size());
        boolean changed = false;
        for (Push push : pushes) {
            Push each = nowOf(push);
            changed |= each != push;
            now.add(each);
        }
        if (!changed) {
            return this;
        }
        EncodedPush made = new EncodedPush(List.copyOf(now));
        replacement = made;
        return made;
    }

    /// Pushes (at least one) that a session gets all or none of, in this order, as one frame where it
    /// gets nothing else.
    public static EncodedPush run(List<Push> pushes) {
        if (pushes.isEmpty()) {
            throw new IllegalArgumentException("a run of nothing");
        }
        return new EncodedPush(List.copyOf(pushes));
    }

    @SuppressWarnings("ReferenceEquality") // the same object says that nothing was taken back
    private static Push nowOf(Push push) {
        if (push instanceof Push.Published(var channel, var publication)) {
            Publication now = publication.now();
            return now == publication ? push : new Push.Published(channel, now);
        }
        return push;
    }

    public List<Push> pushes() {
        return pushes;
    }

    /// The messages as they stand in a frame, among others or alone; nobody may change them. Null
    /// where the encoding cannot carry one of them: a payload that is not JSON, for JSON.
    public byte @Nullable [] bytes(Encoding encoding) {
        byte[] known = encoding == Encoding.JSON ? json : protobuf;
        if (known == null) {
            known = encode(encoding);
        }
        return known == NOT_POSSIBLE ? null : known;
    }

    /// The frame that holds just this; null as for [#bytes].
    public @Nullable Frame frame(Encoding encoding) {
        Frame known = encoding == Encoding.JSON ? jsonFrame : protobufFrame;
        if (known != null) {
            return known;
        }
        byte[] bytes = bytes(encoding);
        if (bytes == null) {
            return null;
        }
        Frame frame = Frame.message(encoding, bytes, 0, bytes.length);
        if (revocable) {
            frame = frame.of(() -> now() == this ? null : now().frame(encoding));
        }
        if (encoding == Encoding.JSON) {
            jsonFrame = frame;
        } else {
            protobufFrame = frame;
        }
        return frame;
    }

    private byte[] encode(Encoding encoding) {
        byte[] made = all(Codecs.of(encoding));
        byte[] kept = made == null ? NOT_POSSIBLE : made;
        if (encoding == Encoding.JSON) {
            json = kept;
        } else {
            protobuf = kept;
        }
        return kept;
    }

    private byte @Nullable [] all(Codec codec) {
        if (pushes.size() == 1) {
            return codec.push(pushes.getFirst());
        }
        List<byte[]> messages = new ArrayList<>(pushes.size());
        for (Push push : pushes) {
            byte[] message = codec.push(push);
            if (message == null) {
                return null;
            }
            messages.add(message);
        }
        return codec.join(messages);
    }
}
