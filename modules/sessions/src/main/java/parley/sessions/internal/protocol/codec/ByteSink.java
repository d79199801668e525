package parley.sessions.internal.protocol.codec;

import java.util.Arrays;

/// A growing array of bytes, filled from the front. One thread.
final class ByteSink {
    private byte[] bytes;
    private int count;

    ByteSink(int expected) {
        bytes = new byte[expected];
    }

    void write(int value) {
        if (count == bytes.length) {
            grow(1);
        }
        bytes[count++] = (byte) value;
    }

    void write(byte[] source) {
        write(source, 0, source.length);
    }

    void write(byte[] source, int offset, int length) {
        if (bytes.length - count < length) {
            grow(length);
        }
        System.arraycopy(source, offset, bytes, count, length);
        count += length;
    }

    /// All bytes, exactly; the sink is not to be used afterwards.
    byte[] take() {
        return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
    }

    private void grow(int more) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, count + more));
    }
}
