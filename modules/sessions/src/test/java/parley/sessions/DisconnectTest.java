package parley.sessions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// P37: what a close frame may say.
class DisconnectTest {
    @ParameterizedTest
    @ValueSource(strings = {"42", " -1", "{\"reconnect\":false}", "[1]", "\"x\"", "true", "null ", "\nfalse"})
    void aReasonIsNeverJson(String reason) {
        // P37. "... never parseable as JSON": an SDK took the reason 42 for advice and stopped for good.
        assertThrows(IllegalArgumentException.class, () -> new Disconnect(3001, reason));
    }

    @Test
    void aReasonFitsIntoACloseFrame() {
        // P37. "... at most 123 bytes".
        assertThrows(IllegalArgumentException.class, () -> new Disconnect(3001, "é".repeat(62)));
        assertEquals(123, new Disconnect(3001, "x".repeat(123)).reason().length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "shutdown", "nullified", "true enough", "connection closed"})
    void plainWordsAreFine(String reason) {
        // P37. Also words that begin as a JSON literal does.
        assertEquals(reason, new Disconnect(3001, reason).reason());
    }
}
