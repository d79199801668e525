package parley.history.internal.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import parley.history.NewEntry;

/// The MAC by which a repeated append is compared with the first: over the kind, target and body of each
/// entry, under a key of the data set, so that the table tells nothing of a body that was recalled.
/// Thread-safe.
public final class BodyMac {
    private static final int MAC_BYTES = 16;

    private final KeyedMac mac;

    public BodyMac(byte[] key) {
        this.mac = new KeyedMac(key);
    }

    /// 16 bytes, equal for the same entries only. What the server states (`detail`) is left out: it may
    /// be worded anew in a repeat.
    public byte[] of(Iterable<NewEntry> entries) {
        KeyedMac.Sum sum = mac.begin();
        for (NewEntry entry : entries) {
            sum.add(ByteBuffer.allocate(13)
                    .put((byte) entry.kind().code())
                    .putLong(entry.target())
                    .putInt(entry.body().length)
                    .array());
            sum.add(entry.body());
        }
        return Arrays.copyOf(sum.end(), MAC_BYTES);
    }
}
