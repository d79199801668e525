package parley.sessions.internal.transport;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;
import parley.sessions.Disconnect;

/// One WebSocket frame as it goes over the wire: header and payload, encoded once, never changed, so one
/// frame can be written to any number of connections at once. A frame from the server is whole (FIN) and
/// not masked. Thread-safe.
public final class Frame {

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    static final int CONTROL_PAYLOAD_MAX = 125;
    private static final int FIN = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;

    private final byte[] wire;
    private final @Nullable Source source;

    /// Where a frame comes from whose content may be taken back. Thread-safe; must not block.
    public interface Source {
        /// What takes the place of `frame`, whose source this is, from now on; null as long as it
        /// stands.
        @Nullable
        Frame replacement(Frame frame);
    }

    private Frame(byte[] wire, @Nullable Source source) {
        this.wire = wire;
        this.source = source;
    }

    /// The same frame, whose content may be taken back.
    public Frame of(Source from) {
        return new Frame(wire, from);
    }

    /// What it is now: itself, unless content of it was taken back.
    public Frame now() {
        Frame replacement = source == null ? null : source.replacement(this);
        return replacement == null ? this : replacement;
    }

    /// Where content comes from that may be taken back; null: nothing can be.
    public @Nullable Source source() {
        return source;
    }

    /// A text message; `utf8` must be UTF-8 and is copied.
    public static Frame text(byte[] utf8) {
        return of(TEXT, utf8, 0, utf8.length);
    }

    /// A text message of `[from, from + length)`.
    public static Frame text(byte[] utf8, int from, int length) {
        return of(TEXT, utf8, from, length);
    }

    /// A binary message; `bytes` are copied.
    public static Frame binary(byte[] bytes) {
        return of(BINARY, bytes, 0, bytes.length);
    }

    /// A binary message of `[from, from + length)`.
    public static Frame binary(byte[] bytes, int from, int length) {
        return of(BINARY, bytes, from, length);
    }

    /// A message in the frame type of this encoding: text for JSON, binary for Protobuf.
    public static Frame message(Encoding encoding, byte[] bytes, int from, int length) {
        return switch (encoding) {
            case JSON -> text(bytes, from, length);
            case PROTOBUF -> binary(bytes, from, length);
        };
    }

    /// A message of `length` bytes, which `filling` puts into the array that it gets, from the index
    /// that it gets on.
    public static Frame message(Encoding encoding, int length, ObjIntConsumer<byte[]> filling) {
        return of(encoding == Encoding.JSON ? TEXT : BINARY, length, filling);
    }

    /// A native ping, at most 125 bytes.
    public static Frame ping(byte[] payload) {
        return of(PING, payload, 0, payload.length);
    }

    /// Bytes on the wire, header included.
    public int size() {
        return wire.length;
    }

    /// The wire form; nobody may change it.
    public byte[] array() {
        return wire;
    }

    /// Where its message begins in [#array].
    public int messageFrom() {
        return switch (wire[1]) {
            case LENGTH_16 -> 4;
            case LENGTH_64 -> 10;
            default -> 2;
        };
    }

    /// How long its message is, which goes to the end of [#array].
    public int messageBytes() {
        return wire.length - messageFrom();
    }

    /// Up to `length` bytes of the wire form, from `from` on; nobody may change them.
    ByteBuffer wire(int from, int length) {
        return ByteBuffer.wrap(wire, from, Math.min(length, wire.length - from));
    }

    static Frame pong(byte[] payload, int from, int length) {
        return of(PONG, payload, from, length);
    }

    static Frame close(Disconnect disconnect) {
        if (!CloseCode.allowedOnTheWire(disconnect.code())) {
            throw new IllegalArgumentException("not a close code for the wire: " + disconnect.code());
        }
        byte[] reason = disconnect.reason().getBytes(StandardCharsets.UTF_8);
        byte[] payload = new byte[2 + reason.length];
        payload[0] = (byte) (disconnect.code() >>> 8);
        payload[1] = (byte) disconnect.code();
        System.arraycopy(reason, 0, payload, 2, reason.length);
        return of(CLOSE, payload, 0, payload.length);
    }

    /// The answer to a close frame without a code.
    static Frame closeWithoutCode() {
        return of(CLOSE, new byte[0], 0, 0);
    }

    /// Copies the bytes `[from, from + length)` of the wire form to `target`.
    void copyTo(byte[] target, int at, int from, int length) {
        System.arraycopy(wire, from, target, at, length);
    }

    private static Frame of(int opcode, byte[] payload, int from, int length) {
        return of(opcode, length, (wire, at) -> System.arraycopy(payload, from, wire, at, length));
    }

    private static Frame of(int opcode, int length, ObjIntConsumer<byte[]> filling) {
        if (opcode >= CLOSE && length > CONTROL_PAYLOAD_MAX) {
            throw new IllegalArgumentException("control frame of " + length + " bytes");
        }
        int header = headerSize(length);
        byte[] wire = new byte[header + length];
        wire[0] = (byte) (FIN | opcode);
        switch (header) {
            case 2 -> wire[1] = (byte) length;
            case 4 -> {
                wire[1] = LENGTH_16;
                bigEndian(wire, 2, 4, length);
            }
            default -> {
                wire[1] = LENGTH_64;
                bigEndian(wire, 6, 10, length);
            }
        }
        filling.accept(wire, header);
        return new Frame(wire, null);
    }

    private static int headerSize(int length) {
        if (length <= CONTROL_PAYLOAD_MAX) {
            return 2;
        }
        return length <= 0xffff ? 4 : 10;
    }

    private static void bigEndian(byte[] target, int from, int to, int value) {
        int rest = value;
        for (int at = to - 1; at >= from; at--) {
            target[at] = (byte) rest;
            rest >>>= 8;
        }
    }
}
