package parley.messaging;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import parley.history.Entry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// A conversation as one of its members sees it. `title` is empty for a direct one; `with` is the other
/// side of a direct one, else null. `head` and `time` are those of its newest entry, `messages` the
/// number of messages up to there. `read` is the member's marker and `unread` the messages after it,
/// `mentions` those of them that mention the member (at most 1,000 are counted).
/// `visibleFrom` is the first seq that the member may read. `last` is the newest entry, null where it
/// was not asked for.
public record ConversationView(
        ConversationId conversation,
        Kind kind,
        String title,
        @Nullable AccountId with,
        Role role,
        long visibleFrom,
        long head,
        long time,
        long messages,
        long read,
        long unread,
        long mentions,
        @Nullable Entry last) {

    /// The same with another newest entry.
    public ConversationView withLast(@Nullable Entry other) {
        return new ConversationView(
                conversation,
                kind,
                title,
                with,
                role,
                visibleFrom,
                head,
                time,
                messages,
                read,
                unread,
                mentions,
                other);
    }

    /// The code is stored and never changes its meaning.
    public enum Kind {
        DIRECT(1),
        GROUP(2);

        private final int code;
        private final String text = name().toLowerCase(Locale.ROOT);

        Kind(int code) {
            this.code = code;
        }

        /// The number that the tables hold.
        public int code() {
            return code;
        }

        /// As on the wire: `direct`, `group`.
        public String text() {
            return text;
        }

        public static Kind of(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IllegalStateException("no kind has the code " + code);
        }
    }

    /// One member, as other members see it.
    public record Member(AccountId account, Role role, String handle, String displayName) {}
}
