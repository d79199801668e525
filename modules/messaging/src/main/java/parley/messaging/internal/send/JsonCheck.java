package parley.messaging.internal.send;

/// Checks that bytes are one JSON object (RFC 8259) in valid UTF-8, without building anything. Strict:
/// no comments, no trailing commas, no byte order mark, no lone surrogates as raw bytes. A value object
/// for one check by one thread.
final class JsonCheck {
    enum Verdict {
        OBJECT,
        TOO_DEEP,
        NO_OBJECT
    }

    /// What [#peek] answers behind the last byte: below every byte.
    private static final int END = -1;

    private final byte[] bytes;
    private final int depthMax;
    private int at;
    private boolean tooDeep;

    JsonCheck(byte[] bytes, int depthMax) {
        this.bytes = bytes;
        this.depthMax = depthMax;
    }

    Verdict object() {
        at = 0;
        skipSpace();
        boolean isObject = peek() == '{' && value(1);
        if (tooDeep) {
            return Verdict.TOO_DEEP;
        }
        skipSpace();
        return isObject && at == bytes.length ? Verdict.OBJECT : Verdict.NO_OBJECT;
    }

    private boolean value(int depth) {
        return switch (peek()) {
            case '{' -> container(depth, '}', true);
            case '[' -> container(depth, ']', false);
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        };
    }

    private boolean container(int depth, int close, boolean named) {
        if (depth > depthMax) {
            tooDeep = true;
            return false;
        }
        at++;
        skipSpace();
        if (peek() == close) {
            at++;
            return true;
        }
        while (true) {
            if (named && !name()) {
                return false;
            }
            skipSpace();
            if (!value(depth + 1)) {
                return false;
            }
            skipSpace();
            int next = peek();
            at++;
            if (next == close) {
                return true;
            }
            if (next != ',') {
                return false;
            }
            skipSpace();
        }
    }

    private boolean name() {
        if (!string()) {
            return false;
        }
        skipSpace();
        if (peek() != ':') {
            return false;
        }
        at++;
        return true;
    }

    private boolean string() {
        if (peek() != '"') {
            return false;
        }
        at++;
        while (true) {
            int b = peek();
            if (b == '"') {
                at++;
                return true;
            }
            if (b < ' ') {
                return false;
            }
            if (b == '\\' ? !escape() : !character(b)) {
                return false;
            }
        }
    }

    private boolean escape() {
        at++;
        int b = peek();
        at++;
        return switch (b) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> true;
            case 'u' -> fourHex();
            default -> false;
        };
    }

    private boolean fourHex() {
        for (int i = 0; i < 4; i++) {
            if (Character.digit(peek(), 16) < 0) {
                return false;
            }
            at++;
        }
        return true;
    }

    /// One character of UTF-8 in its shortest form (RFC 3629, table in section 4).
    private boolean character(int first) {
        at++;
        if (first < 0x80) {
            return true;
        }
        if (first < 0xC2 || first > 0xF4) {
            return false;
        }
        int second = peek();
        int low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (second < low || second > high) {
            return false;
        }
        at++;
        return (first < 0xE0 || tail()) && (first < 0xF0 || tail());
    }

    private boolean tail() {
        int b = peek();
        at++;
        return b >= 0x80 && b <= 0xBF;
    }

    private boolean number() {
        if (peek() == '-') {
            at++;
        }
        if (peek() == '0') {
            at++;
        } else if (!digits()) {
            return false;
        }
        if (peek() == '.') {
            at++;
            if (!digits()) {
                return false;
            }
        }
        if (peek() == 'e' || peek() == 'E') {
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            return digits();
        }
        return true;
    }

    private boolean digits() {
        int start = at;
        while (isDigit(peek())) {
            at++;
        }
        return at > start;
    }

    private boolean word(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (peek() != word.charAt(i)) {
                return false;
            }
            at++;
        }
        return true;
    }

    private static boolean isDigit(int b) {
        return b >= '0' && b <= '9';
    }

    private void skipSpace() {
        while (true) {
            int b = peek();
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return;
            }
            at++;
        }
    }

    private int peek() {
        return at < bytes.length ? bytes[at] & 0xFF : END;
    }
}
