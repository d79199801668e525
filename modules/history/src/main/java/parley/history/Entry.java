package parley.history;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.history.internal.store.RevisionCodec;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// One committed position of a conversation's log. `seq` is 1, 2, 3 ... without holes. `time` is
/// milliseconds since 1970 UTC, never smaller than that of the entry before. `messages` is the number of
/// messages at and before this entry. `clientId` is the sender's idempotency key, null where the sender
/// gave none. `target`, `detail` and `body` as in [NewEntry]. `revision` is what later entries made of a
/// message: `body` is then the current one, and empty, like `detail`, once the message was recalled; so
/// is the body of an edit whose message was recalled, and the `detail` of a reaction that was erased.
/// The arrays are shared: nobody may change them.
@SuppressWarnings("ArrayRecordComponent")
public record Entry(
        ConversationId conversation,
        long seq,
        EntryKind kind,
        AccountId author,
        @Nullable String clientId,
        long target,
        long time,
        long messages,
        byte[] detail,
        byte[] body,
        Revision revision) {

    private static final byte[] NOTHING = {};

    /// What later entries made of a message. `edited` is the seq of its last edit (0 = none) and `edits`
    /// their number; `reactions` holds for each emoji how many accounts reacted with it (at least one),
    /// in the order of their first use. A recalled message is nothing but that.
    public record Revision(long edited, int edits, boolean recalled, Map<String, Integer> reactions) {
        public static final Revision NONE = new Revision(0, 0, false, Map.of());
        public static final Revision RECALLED = new Revision(0, 0, true, Map.of());

        public Revision {
            reactions = reactions.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(reactions));
        }

        public boolean isNone() {
            return equals(NONE);
        }

        /// As bytes for tables, caches and hints, null for [#NONE].
        public byte @Nullable [] encoded() {
            return RevisionCodec.encode(this);
        }

        /// What [#encoded] made; throws [IllegalArgumentException] for anything else.
        public static Revision decoded(byte @Nullable [] bytes) {
            return RevisionCodec.decode(bytes);
        }
    }

    /// True when this is a message that was recalled.
    public boolean isRecalled() {
        return revision.recalled();
    }

    /// The seq of the message whose body this entry holds: its own, or an edit's target; 0 for others.
    public long bodyOf() {
        return switch (kind) {
            case MESSAGE -> seq;
            case EDIT -> target;
            case RECALL, REACTION, MEMBER, TITLE -> 0;
        };
    }

    /// The same without anything that a recall erases.
    public Entry erased() {
        return new Entry(
                conversation,
                seq,
                kind,
                author,
                clientId,
                target,
                time,
                messages,
                NOTHING,
                NOTHING,
                kind == EntryKind.MESSAGE ? Revision.RECALLED : revision);
    }

    /// The same message with another body and revision.
    public Entry revised(byte[] newBody, Revision newRevision) {
        return new Entry(
                conversation, seq, kind, author, clientId, target, time, messages, detail, newBody, newRevision);
    }
}
