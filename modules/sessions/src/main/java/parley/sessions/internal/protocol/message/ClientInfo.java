package parley.sessions.internal.protocol.message;

import org.jspecify.annotations.Nullable;

/// Who published, joined or is present: the user and the id of the one connection.
public record ClientInfo(
        String user,
        String client,
        @Nullable Payload connInfo,
        @Nullable Payload chanInfo) {
    public static ClientInfo of(String user, String client) {
        return new ClientInfo(user, client, null, null);
    }
}
