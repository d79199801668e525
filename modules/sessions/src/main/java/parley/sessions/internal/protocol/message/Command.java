package parley.sessions.internal.protocol.message;

import org.jspecify.annotations.Nullable;

/// One message of the client. `id` is unsigned, 0 where no reply is expected. No request and id 0 is a
/// pong.
public record Command(int id, @Nullable Request request) {
    public static final Command PONG = new Command(0, null);

    public boolean isPong() {
        return id == 0 && request == null;
    }
}
