package parley.history;

/// One entry to be written, before it has a number. `body` is what a member wrote (a message's body, an
/// edit's new body), kept byte for byte; `detail` is what the server states (a member change, a title)
/// or what a message refers to, a UTF-8 JSON object made by `messaging`. Each may be empty, not null. `target` is the
/// seq that the entry is
/// about, 0 for none. The arrays are not copied: nobody may change them afterwards.
@SuppressWarnings("ArrayRecordComponent")
public record NewEntry(EntryKind kind, long target, byte[] detail, byte[] body) {
    private static final byte[] NONE = {};

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
}
