package parley.history.internal.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import parley.history.EntryKind;
import parley.history.NewEntry;

/// The MAC by which a repeated append is compared with the first: over the kind, target and body of each
/// entry and what a message refers to, under a key of the data set, so that the table tells nothing of a body that was
/// recalled.
/// Thread-safe.
public final class BodyMac {
    private static final int MAC_BYTES = 16;

    private final KeyedMac mac;

    public BodyMac(byte[] key) {
        this.mac = new KeyedMac(key);
    }

    /// 16 bytes, equal for the same entries only. A message's `detail` counts, since the sender chose what
    /// it says; of other entries it is what the server states, and may be worded anew in a repeat. No
    /// detail adds nothing, and one begins with its length, which no kind looks like.
    public byte[] of(Iterable<NewEntry> entries) {
        KeyedMac.Sum sum = mac.begin();
        for (NewEntry entry : entries) {
            sum.add(ByteBuffer.allocate(13)
                    .put((byte) entry.kind().code())
                    .putLong(entry.target())
                    .putInt(entry.body().length)
                    .array());
            sum.add(entry.body());
            if (entry.kind() == EntryKind.MESSAGE && entry.detail().length > 0) {
                sum.add(ByteBuffer.allocate(4).putInt(entry.detail().length).array());
                sum.add(entry.detail());
            }
        }
        return Arrays.copyOf(sum.end(), MAC_BYTES);
    }
}
