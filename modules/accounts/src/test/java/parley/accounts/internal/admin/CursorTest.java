package parley.accounts.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import parley.accounts.Administration.IllegalCursor;

final class CursorTest {
    @Test
    void aCursorNamesItsPositionInItsOwnList() {
        // Promise: cursors come back as given; anything else, another list's too, is refused.
        for (long id : new long[] {0, 1, 417_000_000_000_000_001L, Long.MAX_VALUE}) {
            assertEquals(id, Cursor.AUDIT.decode(Cursor.AUDIT.encode(id), 5));
            assertThrows(IllegalCursor.class, () -> Cursor.ACCOUNTS.decode(Cursor.AUDIT.encode(id), 5));
        }
        assertEquals(5, Cursor.AUDIT.decode(null, 5));
        for (String bad :
                List.of("", "x", "dS0x", "dTAx", "dTE=", "x".repeat(1_000), "\u00e9", "dTk5OTk5OTk5OTk5OTk5OTk5OTk5")) {
            assertThrows(IllegalCursor.class, () -> Cursor.AUDIT.decode(bad, 5), bad);
        }
    }
}
