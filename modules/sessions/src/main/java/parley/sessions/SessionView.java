package parley.sessions;

import java.time.Instant;
import parley.kernel.AccountId;
import parley.kernel.DeviceId;
import parley.kernel.SessionId;

/// One session of this node, for an operator. `address` is the client's IP address in text; `clientName`
/// and `clientVersion` are what the client says of itself, at most 64 characters each, not to be
/// trusted.
public record SessionView(
        SessionId id,
        AccountId account,
        DeviceId device,
        String address,
        String clientName,
        String clientVersion,
        Instant since) {
    public static final int CLIENT_TEXT_CHARS_MAX = 64;
}
