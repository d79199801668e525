package parley.sessions.internal.protocol.codec;

import parley.sessions.internal.transport.Encoding;

/// The two codecs there are.
public final class Codecs {
    private static final Codec JSON = new JsonCodec();
    private static final Codec PROTOBUF = new ProtobufCodec();

    private Codecs() {}

    public static Codec of(Encoding encoding) {
        return switch (encoding) {
            case JSON -> JSON;
            case PROTOBUF -> PROTOBUF;
        };
    }
}
