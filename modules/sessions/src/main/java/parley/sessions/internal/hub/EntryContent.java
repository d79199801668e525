package parley.sessions.internal.hub;

import org.jspecify.annotations.Nullable;
import parley.history.Entry;
import parley.sessions.internal.protocol.message.Payload;

/// The content of a rendered entry, as long as it may be recalled. Thread-safe: the one field that
/// changes only saves a look, and whoever sees an old value looks again.
final class EntryContent implements Payload.Source {
    private final Recalls recalls;
    private final Entry tombstone;
    private int version;

    /// `version` is one that `recalls` had before `entry` was found not to be recalled.
    EntryContent(Recalls recalls, Entry entry, int version) {
        this.recalls = recalls;
        this.tombstone = entry.erased();
        this.version = version;
    }

    @Override
    public @Nullable Payload replacement() {
        int now = recalls.version();
        if (version == now) {
            return null;
        }
        if (recalls.contains(tombstone.conversation(), tombstone.bodyOf())) {
            return Payload.json(EntryJson.render(tombstone));
        }
        version = now;
        return null;
    }
}
