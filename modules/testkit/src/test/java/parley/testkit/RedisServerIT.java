package parley.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RedisServerIT {
    private RedisServer server;

    @BeforeEach
    void start() {
        server = RedisServer.start();
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void aRestartComesBackEmptyOnTheSamePort() {
        // "Redis restarted empty" is a fault that tests inject.
        int port = server.port();
        assertEquals("+OK", server.command("SET k v"));
        server.kill9();
        assertFalse(server.isAlive());
        server.restart();
        assertEquals(port, server.port());
        assertEquals(":0", server.command("EXISTS k"));
    }

    @Test
    void flushDeletesEverything() {
        // "Redis flushed" is a fault that tests inject.
        assertEquals("+OK", server.command("SET k v"));
        server.flush();
        assertEquals(":0", server.command("DBSIZE"));
    }

    @Test
    void aFrozenServerAnswersNothingUntilItIsThawed() {
        // SIGSTOP is how tests make a server hang: it still accepts connections.
        server.freeze();
        try {
            UncheckedIOException silent = assertThrows(UncheckedIOException.class, () -> server.command("PING"));
            assertTrue(silent.getCause() instanceof java.net.SocketTimeoutException, silent.toString());
        } finally {
            server.thaw();
        }
        assertEquals("+PONG", server.command("PING"));
    }

    @Test
    void aPasswordIsAskedFor() {
        // A cluster's Redis has a password; the program is tested with one.
        try (RedisServer guarded = RedisServer.start("not-for-everyone")) {
            assertEquals("+PONG", guarded.command("PING"));
            assertTrue(RedisServer.firstAnswer(guarded.port(), "PING").startsWith("-NOAUTH"));
        }
    }
}
