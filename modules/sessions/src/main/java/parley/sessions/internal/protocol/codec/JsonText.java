package parley.sessions.internal.protocol.codec;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.Payload;

/// Writes one JSON document: objects whose empty members are left out. One thread.
///
/// A payload goes in as it is, without its raw line feeds: between tokens they mean nothing in JSON,
/// inside strings they are not allowed, and in a frame they would end the message.
final class JsonText {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);

    private final ByteSink out;
    private boolean first = true;

    JsonText(int expected) {
        out = new ByteSink(expected);
    }

    byte[] take() {
        return out.take();
    }

    void open() {
        out.write('{');
        first = true;
    }

    /// Opens an object as the member `key`.
    void open(JsonKey key) {
        key(key);
        open();
    }

    void open(String key) {
        separate();
        quote(key);
        out.write(':');
        open();
    }

    void close() {
        out.write('}');
        first = false;
    }

    void openList(JsonKey key) {
        key(key);
        out.write('[');
        first = true;
    }

    /// Opens an object as the next element of a list.
    void openElement() {
        separate();
        open();
    }

    void closeList() {
        out.write(']');
        first = false;
    }

    void string(JsonKey key, String value) {
        if (!value.isEmpty()) {
            alwaysString(key, value);
        }
    }

    void alwaysString(JsonKey key, String value) {
        key(key);
        quote(value);
    }

    void string(String key, String value) {
        separate();
        quote(key);
        out.write(':');
        quote(value);
    }

    /// An unsigned number, left out when 0.
    void number(JsonKey key, long value) {
        if (value != 0) {
            alwaysNumber(key, value);
        }
    }

    void alwaysNumber(JsonKey key, long value) {
        key(key);
        out.write(Long.toUnsignedString(value).getBytes(StandardCharsets.US_ASCII));
    }

    void flag(JsonKey key, boolean value) {
        if (value) {
            key(key);
            out.write(TRUE);
        }
    }

    void payload(JsonKey key, @Nullable Payload value) {
        if (value == null || value.length() == 0) {
            return;
        }
        if (!value.isJson() && !JsonValues.isOne(value)) {
            throw new NotJson();
        }
        key(key);
        raw(value);
    }

    private void raw(Payload value) {
        byte[] bytes = value.array();
        int from = value.offset();
        int end = from + value.length();
        for (int i = from; i < end; i++) {
            if (bytes[i] == '\n') {
                out.write(bytes, from, i - from);
                from = i + 1;
            }
        }
        out.write(bytes, from, end - from);
    }

    private void key(JsonKey key) {
        separate();
        out.write(key.quoted);
    }

    private void separate() {
        if (first) {
            first = false;
        } else {
            out.write(',');
        }
    }

    private void quote(String value) {
        out.write('"');
        if (isPlain(value)) {
            for (int i = 0; i < value.length(); i++) {
                out.write(value.charAt(i));
            }
        } else {
            escaped(value);
        }
        out.write('"');
    }

    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    private void escaped(String value) {
        // Encoding to UTF-8 first also turns a lone surrogate into '?'.
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            if (b == '"' || b == '\\') {
                out.write('\\');
                out.write(b);
            } else if (b >= 0 && b < ' ') {
                out.write('\\');
                out.write('u');
                out.write('0');
                out.write('0');
                out.write(HEX[b >> 4]);
                out.write(HEX[b & 15]);
            } else {
                out.write(b);
            }
        }
    }

    /// A payload for a JSON connection is not JSON.
    static final class NotJson extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotJson() {
            super("a payload is not JSON", null, false, false);
        }
    }
}
