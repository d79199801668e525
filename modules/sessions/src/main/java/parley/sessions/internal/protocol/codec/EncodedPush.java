package parley.sessions.internal.protocol.codec;

import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.Push;

/// A push that many sessions get: encoded at most once per encoding, when the first session that needs
/// it comes, and shared by all. Thread-safe; two threads at the same moment may both encode.
public final class EncodedPush {
    private static final byte[] NOT_POSSIBLE = {};

    private final Push push;
    private volatile byte @Nullable [] json;
    private volatile byte @Nullable [] protobuf;

    public EncodedPush(Push push) {
        this.push = push;
    }

    public Push push() {
        return push;
    }

    /// The message, ready to stand in a frame (JSON without a line feed at the end, Protobuf with its
    /// length); nobody may change it. Null where the encoding cannot carry it: a payload that is not
    /// JSON, for JSON.
    public byte @Nullable [] bytes(Encoding encoding) {
        byte[] known = encoding == Encoding.JSON ? json : protobuf;
        if (known == null) {
            known = encode(encoding);
        }
        return known == NOT_POSSIBLE ? null : known;
    }

    private byte[] encode(Encoding encoding) {
        byte[] made = Codecs.of(encoding).push(push);
        byte[] kept = made == null ? NOT_POSSIBLE : made;
        if (encoding == Encoding.JSON) {
            json = kept;
        } else {
            protobuf = kept;
        }
        return kept;
    }
}
