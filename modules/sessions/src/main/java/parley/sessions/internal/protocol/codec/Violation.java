package parley.sessions.internal.protocol.codec;

/// A frame that breaks the rules of its encoding; its connection ends with 3501. `rule` is for the
/// server's own log.
public final class Violation extends Exception {
    private static final long serialVersionUID = 1L;

    public Violation(String rule) {
        super(rule, null, false, false);
    }
}
