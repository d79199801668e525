package parley.sessions.internal.protocol.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Bytes that belong to the application: an array, or a slice of one, that nobody changes any more.
/// Handed on by reference. One that came in a frame has an array of its own.
///
/// In JSON connections a payload stands in the message as it is. Therefore it says whether it is known
/// to be one JSON value ([#json]) or may be anything ([#opaque], what a Protobuf client sent); the JSON
/// encoder looks into the latter before it lets it through.
public final class Payload {
    private final byte[] array;
    private final int offset;
    private final int length;
    private final boolean json;
    private final @Nullable Source source;

    /// Where a payload comes from whose content may be taken back. Thread-safe; must not block.
    public interface Source {
        /// What takes the payload's place from now on; null as long as it stands.
        @Nullable
        Payload replacement();
    }

    private Payload(byte[] array, int offset, int length, boolean json) {
        this(array, offset, length, json, null);
    }

    private Payload(byte[] array, int offset, int length, boolean json, @Nullable Source source) {
        this.source = source;
        this.array = array;
        this.offset = offset;
        this.length = length;
        this.json = json;
    }

    /// One JSON value; the caller vouches for it.
    public static Payload json(byte[] bytes) {
        return new Payload(bytes, 0, bytes.length, true);
    }

    /// One JSON value whose content may be taken back; the caller vouches for it.
    public static Payload json(byte[] bytes, Source source) {
        return new Payload(bytes, 0, bytes.length, true, source);
    }

    /// One JSON value given as text; the caller vouches for it.
    public static Payload json(String text) {
        return json(text.getBytes(StandardCharsets.UTF_8));
    }

    /// The JSON value in `bytes[offset, offset + length)`; the caller vouches for it.
    public static Payload json(byte[] bytes, int offset, int length) {
        return new Payload(bytes, offset, length, true);
    }

    /// Any bytes.
    public static Payload opaque(byte[] bytes) {
        return new Payload(bytes, 0, bytes.length, false);
    }

    /// What it is now: itself, unless its content was taken back.
    public Payload now() {
        Payload replacement = source == null ? null : source.replacement();
        return replacement == null ? this : replacement;
    }

    /// What may take its content back; null: nothing can.
    public @Nullable Source source() {
        return source;
    }

    /// The same, whose bytes are also in `array`, from `offset` on.
    public Payload movedTo(byte[] array, int offset) {
        return new Payload(array, offset, length, json, source);
    }

    /// The array that holds the bytes, among others; not to be changed.
    public byte[] array() {
        return array;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    /// Whether it is known to be one JSON value.
    public boolean isJson() {
        return json;
    }

    /// A copy of the bytes.
    public byte[] toByteArray() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload that
                && Arrays.equals(array, offset, offset + length, that.array, that.offset, that.offset + that.length);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + array[i];
        }
        return hash;
    }

    /// For logs and tests: the length only, never the content.
    @Override
    public String toString() {
        return "Payload[" + length + " bytes]";
    }
}
