package parley.app.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/// A log record as one line of JSON: `time`, `level`, `logger`, `message` and, with an exception,
/// `error`. Whatever a text contains, the line stays one line and cannot drive a terminal: all control
/// characters are escaped. Thread-safe.
public final class JsonLines extends Formatter {
    private static final int TEXT_CHARS_MAX = 16_384;

    @Override
    public String format(LogRecord entry) {
        StringBuilder line = new StringBuilder(200);
        line.append("{\"time\":\"").append(entry.getInstant()).append("\",\"level\":\"");
        line.append(word(entry.getLevel())).append("\",\"logger\":");
        append(line, String.valueOf(entry.getLoggerName()));
        line.append(",\"message\":");
        append(line, formatMessage(entry));
        Throwable thrown = entry.getThrown();
        if (thrown != null) {
            line.append(",\"error\":");
            append(line, stack(thrown));
        }
        return line.append("}\n").toString();
    }

    private static String word(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "error";
        }
        if (value >= Level.WARNING.intValue()) {
            return "warning";
        }
        return value >= Level.INFO.intValue() ? "info" : "debug";
    }

    private static String stack(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static void append(StringBuilder line, @Nullable String value) {
        String text = String.valueOf(value);
        line.append('"');
        int length = Math.min(text.length(), TEXT_CHARS_MAX);
        for (int i = 0; i < length; i++) {
            append(line, text.charAt(i));
        }
        line.append('"');
    }

    private static void append(StringBuilder line, char c) {
        switch (c) {
            case '"' -> line.append("\\\"");
            case '\\' -> line.append("\\\\");
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            case '\t' -> line.append("\\t");
            default -> {
                if (isControl(c)) {
                    line.append(String.format("\\u%04x", (int) c));
                } else {
                    line.append(c);
                }
            }
        }
    }

    /// C0, C1, DEL, the line separators that some viewers obey, and marks that change the direction of
    /// text.
    private static boolean isControl(char c) {
        return c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    }
}
