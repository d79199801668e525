package parley.verify.internal.client;

import jakarta.json.JsonObject;

/// How a command ended for its client.
public sealed interface Answer {
    record Ok(JsonObject data) implements Answer {}

    record Refused(int code) implements Answer {}

    /// None came. `why`: `time-out` or `closed`.
    record None(String why) implements Answer {}

    /// Error codes after which nobody knows whether something was done: 100 internal, 1005 outcome
    /// unknown.
    static boolean isUnknown(int code) {
        return code == 100 || code == 1005;
    }
}
