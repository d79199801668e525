package parley.sessions.internal.protocol.codec;

/// A frame that breaks the rules of its encoding; its connection ends with 3501.
public final class Violation extends Exception {
    private static final long serialVersionUID = 1L;

    private final String rule;

    public Violation(String rule) {
        super(rule, null, false, false);
        this.rule = rule;
    }

    /// Which rule, one of a few fixed texts.
    public String rule() {
        return rule;
    }
}
