package parley.sessions.internal.protocol.codec;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Push;
import parley.sessions.internal.transport.Encoding;
import parley.sessions.internal.transport.Frame;

/// A push, or a run of pushes, that many sessions get: encoded at most once per encoding, when the first
/// session that needs it comes, and shared by all. It holds the content beside its encoded forms, so
/// nobody queues it: what waits for a client is the frame, which does not refer to it. Thread-safe; two
/// threads at the same moment may both encode.
public final class EncodedPush {
    private static final Frame NOT_POSSIBLE = Frame.text(new byte[0]);

    private final List<Push> pushes;
    private volatile @Nullable Frame json;
    private volatile @Nullable Frame protobuf;

    public EncodedPush(Push push) {
        this(List.of(push));
    }

    private EncodedPush(List<Push> pushes) {
        this.pushes = pushes;
    }

    /// Pushes (at least one) that a session gets all or none of, in this order, as one frame where it
    /// gets nothing else.
    public static EncodedPush run(List<Push> pushes) {
        if (pushes.isEmpty()) {
            throw new IllegalArgumentException("a run of nothing");
        }
        return new EncodedPush(List.copyOf(pushes));
    }

    public List<Push> pushes() {
        return pushes;
    }

    /// The frame that holds just this, as it was encoded: what was taken back since shows in
    /// [Frame#now]. Null where the encoding cannot carry one of the pushes: a payload that is not JSON,
    /// for JSON.
    @SuppressWarnings("ReferenceEquality") // a mark, not a frame
    public @Nullable Frame frame(Encoding encoding) {
        Frame known = encoding == Encoding.JSON ? json : protobuf;
        if (known == null) {
            known = encode(encoding);
            if (encoding == Encoding.JSON) {
                json = known;
            } else {
                protobuf = known;
            }
        }
        return known == NOT_POSSIBLE ? null : known;
    }

    private Frame encode(Encoding encoding) {
        Codec codec = Codecs.of(encoding);
        List<Bundle.Piece> pieces = new ArrayList<>(pushes.size());
        for (Push push : pushes) {
            byte[] message = codec.push(push);
            if (message == null) {
                return NOT_POSSIBLE;
            }
            pieces.add(Bundle.Piece.of(message, originOf(push, codec)));
        }
        return Bundle.frame(encoding, pieces);
    }

    private static Bundle.@Nullable Origin originOf(Push push, Codec codec) {
        if (push instanceof Push.Published(var channel, var publication) && publication.data() != null) {
            Payload.Source source = publication.data().source();
            return source == null ? null : new Published(codec, channel, publication.with(null), source);
        }
        return null;
    }

    /// A publication without its payload.
    private record Published(Codec codec, String channel, Publication rest, Payload.Source source)
            implements Bundle.Origin {
        @Override
        public byte @Nullable [] replacement() {
            Payload now = source.replacement();
            if (now == null) {
                return null;
            }
            byte[] made = codec.push(new Push.Published(channel, rest.with(now)));
            if (made == null) {
                throw new IllegalStateException("what takes the place of a payload cannot be encoded");
            }
            return made;
        }
    }
}
