package parley.app.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

final class JsonLinesTest {
    @Test
    void whateverATextContainsTheLineStaysOneLineOfJson() {
        // CR, LF, ANSI sequences and control characters are escaped.
        String nasty = "a\r\n\u001b[31mred\u0000\u0085\u2028\u202e\"\\\t" + (char) 0x7f;
        String line = format(nasty, new IllegalStateException(nasty));
        assertEquals(line.length() - 1, line.indexOf('\n'), "one line feed, at the end");
        assertFalse(line.chars().limit(line.length() - 1L).anyMatch(c -> c < 0x20 || (c >= 0x7f && c <= 0x9f)));
        assertFalse(line.contains("\u2028") || line.contains("\u202e"));
        JsonObject json = Json.createReader(new StringReader(line)).readObject();
        assertEquals(nasty, json.getString("message"));
        assertEquals("warning", json.getString("level"));
        assertTrue(json.getString("error").contains("IllegalStateException"));
    }

    @Test
    void aVeryLongTextIsCut() {
        // Everything has a limit.
        assertTrue(format("x".repeat(1_000_000), null).length() < 20_000);
    }

    private static String format(String message, @org.jspecify.annotations.Nullable Throwable thrown) {
        LogRecord entry = new LogRecord(Level.WARNING, message);
        entry.setLoggerName("parley.test");
        entry.setThrown(thrown);
        return new JsonLines().format(entry);
    }
}
