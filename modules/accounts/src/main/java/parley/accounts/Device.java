package parley.accounts;

import java.time.Instant;
import parley.kernel.DeviceId;

/// A signed-in device of an account. `seenAt` is when it last got a token, so it is at most one token's
/// lifetime older than its last use.
public record Device(DeviceId id, String name, Instant createdAt, Instant seenAt) {}
