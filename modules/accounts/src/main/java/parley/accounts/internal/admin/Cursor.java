package parley.accounts.internal.admin;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import parley.accounts.Administration.IllegalCursor;

/// Positions in lists that are ordered by id, as text that tells clients nothing to rely on. Pure.
enum Cursor {
    ACCOUNTS('a'),
    AUDIT('u');

    private static final int CHARS_MAX = 40;

    private final char kind;

    Cursor(char kind) {
        this.kind = kind;
    }

    String encode(long id) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((kind + Long.toString(id)).getBytes(StandardCharsets.US_ASCII));
    }

    /// The id that a cursor of this list names; `start` for none.
    long decode(@Nullable String cursor, long start) {
        if (cursor == null) {
            return start;
        }
        if (cursor.length() > CHARS_MAX) {
            throw new IllegalCursor();
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
            long id = text.isEmpty() || text.charAt(0) != kind ? -1 : Long.parseLong(text.substring(1));
            if (id >= 0 && encode(id).equals(cursor)) {
                return id;
            }
        } catch (IllegalArgumentException neither) {
            // Not base64, or no number in it.
        }
        throw new IllegalCursor();
    }
}
