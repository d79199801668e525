package parley.sessions.internal.protocol.message;

/// Where a client says it stands: it has seen all up to and including `offset` of `epoch` (empty: do not
/// check the epoch), and with `recover` it wants what came after. `offset` is unsigned; a value below 0
/// is above every head.
public record Resume(boolean recover, long offset, String epoch) {
    public static final Resume NONE = new Resume(false, 0, "");
}
