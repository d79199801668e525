package parley.history.internal.lane;

import parley.history.Append;
import parley.history.NewEntry;

/// An append as a lane handles it: with its key and the MAC of its bodies.
@SuppressWarnings("ArrayRecordComponent")
public record Item(Append append, SentKey key, byte[] bodyMac) {
    /// What an entry costs beside its bodies, in rows and keys.
    private static final int ENTRY_OVERHEAD_BYTES = 100;

    int rows() {
        return append.entries().size();
    }

    int bytes() {
        int bytes = 0;
        for (NewEntry entry : append.entries()) {
            bytes += ENTRY_OVERHEAD_BYTES + entry.detail().length + entry.body().length;
        }
        return bytes;
    }

    long conversation() {
        return key.conversation();
    }
}
