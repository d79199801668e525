package parley.history.internal.hot;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import parley.history.Entry;
import parley.history.internal.store.KeyedMac;
import parley.kernel.ConversationId;
import parley.kernel.Secret;

/// Segments as they lie in Redis: version (1 byte), conversation (8), first seq (8), number of entries
/// (4), mutated seq (8), the entries, and an HMAC-SHA256 (32) under a key made from the cluster's secret
/// over all that and the epoch. So nobody without the secret, no other conversation and no other data
/// set can put an entry into a reader's hands. Thread-safe.
final class SegmentCodec {
    private static final byte VERSION = 2;
    private static final int HEADER_BYTES = 29;
    private static final int MAC_BYTES = 32;
    private static final int ENTRIES_MAX = 100_000;

    private final KeyedMac mac;
    private final byte[] epoch;

    SegmentCodec(Secret clusterSecret, String epoch) {
        KeyedMac.Sum derived = new KeyedMac(clusterSecret.reveal().getBytes(StandardCharsets.UTF_8)).begin();
        derived.add("history:segment".getBytes(StandardCharsets.UTF_8));
        this.mac = new KeyedMac(derived.end());
        this.epoch = epoch.getBytes(StandardCharsets.UTF_8);
    }

    /// Consecutive entries of one conversation (at least one), and the `mutatedSeq` they are current for.
    record Segment(long mutatedSeq, List<Entry> entries) {
        long first() {
            return entries.getFirst().seq();
        }
    }

    byte[] encode(Segment segment) {
        byte[] payload = EntryCodec.encode(segment.entries());
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + payload.length + MAC_BYTES);
        out.put(VERSION)
                .putLong(segment.entries().getFirst().conversation().value())
                .putLong(segment.first())
                .putInt(segment.entries().size())
                .putLong(segment.mutatedSeq())
                .put(payload);
        out.put(sum(out.array(), out.position()));
        return out.array();
    }

    /// The segment that `bytes` hold from `from` on; empty unless it is whole, signed, and of this
    /// conversation and epoch.
    Optional<Segment> decode(ConversationId conversation, byte[] bytes, int from) {
        int length = bytes.length - from;
        if (length < HEADER_BYTES + MAC_BYTES || bytes[from] != VERSION) {
            return Optional.empty();
        }
        byte[] signed = Arrays.copyOfRange(bytes, from, bytes.length - MAC_BYTES);
        byte[] expected = sum(signed, signed.length);
        byte[] found = Arrays.copyOfRange(bytes, bytes.length - MAC_BYTES, bytes.length);
        if (!MessageDigest.isEqual(expected, found)) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(signed, 1, signed.length - 1);
        long of = in.getLong();
        long first = in.getLong();
        int count = in.getInt();
        long mutatedSeq = in.getLong();
        if (of != conversation.value() || first < 1 || count < 1 || count > ENTRIES_MAX) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Segment(mutatedSeq, EntryCodec.decode(conversation, first, count, in)));
        } catch (IllegalArgumentException broken) {
            return Optional.empty();
        }
    }

    private byte[] sum(byte[] bytes, int length) {
        KeyedMac.Sum sum = mac.begin();
        sum.add(ByteBuffer.allocate(Integer.BYTES).putInt(epoch.length).array());
        sum.add(epoch);
        sum.add(bytes, 0, length);
        return sum.end();
    }
}
