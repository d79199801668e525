package parley.cluster.internal.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The Lua scripts of this module.
final class Scripts {
    static final String RENEW_LEASE = read("renew-lease.lua");
    static final String CHANGE_SESSIONS = read("change-sessions.lua");

    private Scripts() {}

    private static String read(String name) {
        try (InputStream file = Scripts.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("the jar lacks " + name);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
