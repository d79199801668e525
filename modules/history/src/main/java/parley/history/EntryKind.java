package parley.history;

/// What an entry of a conversation's log is. The code is stored and never changes its meaning.
public enum EntryKind {
    MESSAGE(1),
    EDIT(2),
    RECALL(3),
    REACTION(4),
    MEMBER(5),
    TITLE(6);

    private final int code;

    EntryKind(int code) {
        this.code = code;
    }

    /// The number that the tables hold.
    public int code() {
        return code;
    }

    public static EntryKind of(int code) {
        for (EntryKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new IllegalStateException("no entry kind has the code " + code);
    }
}
