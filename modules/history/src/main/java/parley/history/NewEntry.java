package parley.history;

import org.jspecify.annotations.Nullable;

/// One entry to be written, before it has a number. `body` is what a member wrote (a message's body, an
/// edit's new body), kept byte for byte; `detail` is what the server states (a member change, a title)
/// or what a message refers to, a UTF-8 JSON object made by `messaging`. Each may be empty, not null.
/// `target` is the seq that the entry is about, 0 for none. `reaction` is not null for that kind alone.
/// The arrays are not copied: nobody may change them afterwards.
@SuppressWarnings("ArrayRecordComponent")
public record NewEntry(
        EntryKind kind,
        long target,
        byte[] detail,
        byte[] body,
        @Nullable Reaction reaction) {
    private static final byte[] NONE = {};

    /// The author's reaction `emoji` (1 to 32 bytes of UTF-8) is there from here on, or not any more.
    public record Reaction(String emoji, boolean on) {}

    public NewEntry {
        if ((kind == EntryKind.REACTION) != (reaction != null)) {
            throw new IllegalArgumentException("a reaction belongs to an entry of that kind");
        }
    }

    public NewEntry(EntryKind kind, long target, byte[] detail, byte[] body) {
        this(kind, target, detail, body, null);
    }

    public static NewEntry message(byte[] body) {
        return new NewEntry(EntryKind.MESSAGE, 0, NONE, body);
    }

    /// A message with what it refers to, in the form of [Entry#detail].
    public static NewEntry message(byte[] body, byte[] detail) {
        return new NewEntry(EntryKind.MESSAGE, 0, detail, body);
    }

    public static NewEntry stated(EntryKind kind, byte[] detail) {
        return new NewEntry(kind, 0, detail, NONE);
    }

    /// Gives the message `target` another body.
    public static NewEntry edit(long target, byte[] body) {
        return new NewEntry(EntryKind.EDIT, target, NONE, body);
    }

    /// Erases the message `target`, or what the entry `target` says of a reaction.
    public static NewEntry recall(long target) {
        return new NewEntry(EntryKind.RECALL, target, NONE, NONE);
    }

    /// Adds or takes away the author's reaction to the message `target`.
    public static NewEntry reaction(long target, Reaction reaction, byte[] detail) {
        return new NewEntry(EntryKind.REACTION, target, detail, NONE, reaction);
    }

    /// True when it changes an earlier message.
    public boolean revises() {
        return switch (kind) {
            case EDIT, RECALL, REACTION -> true;
            case MESSAGE, MEMBER, TITLE -> false;
        };
    }
}
