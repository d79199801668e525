package parley.sessions.internal.transport;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

final class OriginsTest {

    // T4: an allow-list is compared as a whole.
    @Test
    void listedOriginsOnly() {
        Origins origins = Origins.of(Set.of("https://chat.example:443", "http://localhost:3000"));
        assertTrue(origins.allows("https://chat.example", "chat.example"));
        assertTrue(origins.allows("http://localhost:3000", "whatever"));
        for (String other : new String[] {
            "http://chat.example",
            "https://chat.example.evil.com",
            "https://evil.com/https://chat.example",
            "https://chat.example:8443",
            "https://chat.example.",
            "null",
            "",
            "https://",
            "file://",
            "https://user@chat.example",
            "http://localhost",
            "https://chat.example\n"
        }) {
            assertFalse(origins.allows(other, "chat.example"), other);
        }
    }

    // T4: with an empty list the page's host must be the host that was asked for.
    @Test
    void theSameHostWithoutAList() {
        Origins origins = Origins.of(Set.of());
        assertTrue(origins.allows("https://chat.example", "chat.example"));
        assertTrue(origins.allows("https://chat.example", "Chat.Example:443"));
        assertTrue(origins.allows("http://127.0.0.1:8080", "127.0.0.1:8080"));
        assertTrue(origins.allows("http://[::1]:8080", "[::1]:8080"));
        assertFalse(origins.allows("http://127.0.0.1:8080", "127.0.0.1:8081"));
        assertFalse(origins.allows("http://127.0.0.1:8080", "127.0.0.1"));
        assertFalse(origins.allows("https://evil.example", "chat.example"));
        assertFalse(origins.allows("null", "null"));
    }

    // T4: a list that could match more than it says is refused at the start.
    @Test
    void patternsAreRefused() {
        for (String bad : new String[] {"*", "chat.example", "https://chat.example/", "https://*.example", ""}) {
            assertThrows(IllegalArgumentException.class, () -> Origins.of(Set.of(bad)), bad);
        }
    }
}
