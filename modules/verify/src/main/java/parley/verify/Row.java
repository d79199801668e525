package parley.verify;

/// An entry of a conversation's log as somebody saw it: a push, a page of history, the database.
///
/// `id` is the client message id, empty where there is none; `target` the seq that an edit, a recall or
/// a reaction is about, 0 for others. `print` says what the entry holds, briefly: of a message and of an
/// edit the [#hash] of the body as it was then (empty once it was recalled), of a member change
/// `account:change` (a mute with when it ends: `account:muted:until`), of a reaction `emoji:on`, of a title the title,
/// else empty. `edited` is the seq of
/// the edit that the shown body is from, 0 for none.
public record Row(
        long seq, String kind, String author, String id, long target, String print, long edited, boolean recalled) {
    public static final String MESSAGE = "message";
    public static final String EDIT = "edit";
    public static final String RECALL = "recall";
    public static final String REACTION = "reaction";
    public static final String MEMBER = "member";
    public static final String TITLE = "title";

    public boolean isMessage() {
        return kind.equals(MESSAGE);
    }
}
