package parley.cluster.internal.redis;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import parley.cluster.internal.LocalDelivery;
import parley.cluster.internal.Partitions;

/// Entries of the streams as bytes, version 1. All numbers big-endian.
///
/// ```
/// byte version = 1, byte kind, long boot id, long counter, then
///   1 hints:   int n, n x (int length, bytes)
///   2 signals: int n, n x (byte topic, int length, bytes)
///   3 beat:    int n, n x long counter
///   4 goodbye: nothing
/// at the end, in every version: 32 bytes that prove all before and the name of the stream, see Seal
/// ```
///
/// A node writes its own version and reads that and the one before. What is proven but of a version or a
/// kind that it does not know tells it that it misses something: it looks in the database. Thread-safe.
final class BusCodec {
    /// The one field of an entry.
    static final String FIELD = "m";

    static final byte VERSION = 1;

    /// More than any node writes: one hint of the greatest length and what is around it, or several
    /// smaller ones.
    static final int ENTRY_BYTES_MAX = LocalDelivery.PAYLOAD_BYTES_MAX + 1_024;

    /// Hints are put together up to this size of an entry.
    static final int ENTRY_BATCH_BYTES = 64 * 1024;

    private static final byte VERSION_MIN = 1;
    private static final int HEAD_BYTES = 1 + 1 + 8 + 8;
    private static final byte HINTS = 1;
    private static final byte SIGNALS = 2;
    private static final byte BEAT = 3;
    private static final byte GOODBYE = 4;

    private final Seal seal;

    BusCodec(Seal seal) {
        this.seal = seal;
    }

    /// How many bytes of an entry a payload takes.
    static int size(byte[] payload) {
        return payload.length + 1 + 4;
    }

    byte[] encode(String stream, BusMessage message) {
        return switch (message) {
            case BusMessage.Hints hints -> {
                int size = 4;
                for (byte[] payload : hints.payloads()) {
                    size += 4 + payload.length;
                }
                ByteBuffer out =
                        begin(size, HINTS, message).putInt(hints.payloads().size());
                hints.payloads().forEach(payload -> out.putInt(payload.length).put(payload));
                yield end(stream, out);
            }
            case BusMessage.Signals signals -> {
                int size = 4;
                for (BusMessage.Signal signal : signals.signals()) {
                    size += 1 + 4 + signal.payload().length;
                }
                ByteBuffer out =
                        begin(size, SIGNALS, message).putInt(signals.signals().size());
                signals.signals()
                        .forEach(signal -> out.put((byte) signal.topic())
                                .putInt(signal.payload().length)
                                .put(signal.payload()));
                yield end(stream, out);
            }
            case BusMessage.Beat beat -> {
                ByteBuffer out =
                        begin(4 + beat.partitions().length * 8, BEAT, message).putInt(beat.partitions().length);
                for (long counter : beat.partitions()) {
                    out.putLong(counter);
                }
                yield end(stream, out);
            }
            case BusMessage.Goodbye goodbye -> end(stream, begin(0, GOODBYE, goodbye));
        };
    }

    private static ByteBuffer begin(int size, byte kind, BusMessage message) {
        return ByteBuffer.allocate(HEAD_BYTES + size + Seal.BYTES)
                .put(VERSION)
                .put(kind)
                .putLong(message.boot())
                .putLong(message.counter());
    }

    @SuppressWarnings("ByteBufferBackingArray") // made by allocate
    private byte[] end(String stream, ByteBuffer out) {
        seal.seal(stream, out.array());
        return out.array();
    }

    /// The message that `bytes`, found in `stream`, are. Throws [Unreadable] for anything else.
    BusMessage decode(String stream, byte[] bytes) throws Unreadable {
        if (bytes.length > ENTRY_BYTES_MAX) {
            throw new Unreadable("long");
        }
        ByteBuffer in = seal.open(stream, bytes).orElseThrow(() -> new Unreadable("signature"));
        try {
            byte version = in.get();
            if (version < VERSION_MIN || version > VERSION) {
                throw new Unreadable("version");
            }
            byte kind = in.get();
            long boot = in.getLong();
            long counter = in.getLong();
            return switch (kind) {
                case HINTS -> new BusMessage.Hints(boot, counter, payloads(in));
                case SIGNALS -> new BusMessage.Signals(boot, counter, signals(in));
                case BEAT -> new BusMessage.Beat(boot, counter, counters(in));
                case GOODBYE -> new BusMessage.Goodbye(boot, counter);
                default -> throw new Unreadable("kind");
            };
        } catch (BufferUnderflowException | IllegalArgumentException | NegativeArraySizeException broken) {
            throw new Unreadable("malformed");
        }
    }

    private static List<byte[]> payloads(ByteBuffer in) throws Unreadable {
        int n = count(in, 4);
        List<byte[]> payloads = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            payloads.add(bytes(in));
        }
        return payloads;
    }

    private static List<BusMessage.Signal> signals(ByteBuffer in) throws Unreadable {
        int n = count(in, 5);
        List<BusMessage.Signal> signals = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            signals.add(new BusMessage.Signal(in.get(), bytes(in)));
        }
        return signals;
    }

    private static long[] counters(ByteBuffer in) throws Unreadable {
        if (count(in, 8) != Partitions.PER_GROUP) {
            throw new Unreadable("malformed");
        }
        long[] counters = new long[Partitions.PER_GROUP];
        in.asLongBuffer().get(counters);
        return counters;
    }

    private static int count(ByteBuffer in, int bytesEach) throws Unreadable {
        int count = in.getInt();
        if (count < 0 || (long) count * bytesEach > in.remaining()) {
            throw new Unreadable("malformed");
        }
        return count;
    }

    private static byte[] bytes(ByteBuffer in) throws Unreadable {
        byte[] bytes = new byte[count(in, 1)];
        in.get(bytes);
        return bytes;
    }

    /// Nothing that a node of this cluster wrote for this one to read; the message is a reason for
    /// metrics, out of a small set.
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String reason) {
            super(reason, null, false, false);
        }

        String reason() {
            return Objects.requireNonNull(getMessage());
        }
    }
}
