package parley.sessions.internal.chat;

import java.util.Locale;

/// What a client sent breaks a rule. Carries the sentence `field: rule, was value` for the protocol
/// error 107. Thrown and caught inside this package only, without a stack: it is an outcome, not a
/// fault.
final class BadInput extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN_CHARS_MAX = 40;

    private final String sentence;

    BadInput(String field, String rule) {
        super(null, null, false, false);
        this.sentence = field + ": " + rule;
    }

    BadInput(String field, String rule, String value) {
        this(field, rule + ", was " + shown(value));
    }

    String sentence() {
        return sentence;
    }

    /// The value as it may stand in an answer: short, printable, quoted.
    static String shown(String value) {
        StringBuilder out = new StringBuilder("\"");
        value.codePoints().limit(SHOWN_CHARS_MAX).forEach(c -> {
            if (c < ' ' || c == 127 || Character.getType(c) == Character.CONTROL) {
                out.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        boolean cut = value.codePointCount(0, value.length()) > SHOWN_CHARS_MAX;
        return out.append(cut ? "...\"" : "\"").toString();
    }
}
