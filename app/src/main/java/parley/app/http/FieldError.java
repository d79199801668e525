package parley.app.http;

/// What is wrong with one field of a request: `field` is its path (`members.0`), `rule` a short constant
/// word (`required`, `type`, `unknown`, `pattern`, `size`), `value` what was sent, shortened, and empty
/// where the value must not be repeated.
public record FieldError(String field, String rule, String value) {
    private static final int VALUE_CHARS_MAX = 64;

    public FieldError {
        field = shortened(field);
        value = shortened(value);
    }

    private static String shortened(String text) {
        return text.length() > VALUE_CHARS_MAX ? text.substring(0, VALUE_CHARS_MAX) : text;
    }
}
