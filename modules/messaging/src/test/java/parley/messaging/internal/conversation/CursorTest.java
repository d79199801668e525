package parley.messaging.internal.conversation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Opaque page positions.
final class CursorTest {
    @Test
    void aCursorComesBackAsItWas() {
        // Conventions: cursor = opaque page position given to clients.
        long[] numbers = {0, Long.MAX_VALUE, 1_763_712_000_000L};
        String text = Cursor.encode('s', numbers);
        assertArrayEquals(numbers, Cursor.decode('s', text, 3).orElseThrow());
        assertTrue(text.matches("[A-Za-z0-9_-]+"));
    }

    @Test
    void whatIsNoCursorOfThisListIsRefused() {
        // Bad input: a cursor of somewhere else, cut off, or made up.
        String text = Cursor.encode('s', 1, 2, 3);
        String changed = (text.charAt(5) == 'A' ? "B" : "A") + text.substring(1);
        for (String bad : List.of("", "x", "!", changed, text + "A", text.substring(1), "A".repeat(10_000))) {
            assertTrue(Cursor.decode('s', bad, 3).isEmpty(), bad);
        }
        assertTrue(Cursor.decode('l', text, 3).isEmpty());
        assertTrue(Cursor.decode('s', text, 2).isEmpty());
    }
}
