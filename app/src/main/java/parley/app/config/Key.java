package parley.app.config;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/// One key of the configuration. `parser` makes the value of its text and throws
/// [IllegalArgumentException] with the bound in words; `text` is the default as a file would state it.
/// An empty text means "not set" for texts, lists and secrets.
public record Key<T>(String name, String text, Form form, Function<String, T> parser) {

    /// How a value is written in a file.
    public enum Form {
        SCALAR,
        /// A list of texts; in the environment separated by commas.
        LIST,
        /// Never shown; may also stand in the file that the key with `-file` at the end names.
        SECRET
    }

    public static Key<String> text(String name, String text) {
        return new Key<>(name, text, Form.SCALAR, value -> value);
    }

    public static Key<String> word(String name, String text, String... allowed) {
        List<String> words = List.of(allowed);
        return new Key<>(name, text, Form.SCALAR, value -> {
            require(words.contains(value), "one of " + String.join(", ", words));
            return value;
        });
    }

    public static Key<List<String>> list(String name) {
        return new Key<>(name, "", Form.LIST, Key::split);
    }

    public static Key<String> secret(String name) {
        return new Key<>(name, "", Form.SECRET, value -> value);
    }

    public static Key<Boolean> flag(String name, boolean text) {
        return new Key<>(name, Boolean.toString(text), Form.SCALAR, value -> {
            require(value.equals("true") || value.equals("false"), "true or false");
            return value.equals("true");
        });
    }

    public static Key<Integer> whole(String name, int text, int least, int most) {
        return new Key<>(name, Integer.toString(text), Form.SCALAR, value -> {
            String bound = "a whole number from " + least + " to " + most;
            require(value.matches("[+-]?[0-9]{1,10}"), bound);
            long number = Long.parseLong(value);
            require(number >= least && number <= most, bound);
            return (int) number;
        });
    }

    /// A time such as `500ms`, `20s`, `15m`, `6h`, `60d`.
    public static Key<Duration> time(String name, String text, String least, String most) {
        Duration from = Durations.parse(least);
        Duration to = Durations.parse(most);
        return new Key<>(name, text, Form.SCALAR, value -> {
            String bound = "a time from " + least + " to " + most + " such as " + text;
            Duration time = Durations.find(value).orElseThrow(() -> new IllegalArgumentException(bound));
            require(time.compareTo(from) >= 0 && time.compareTo(to) <= 0, bound);
            return time;
        });
    }

    /// The name of the key that names this secret's file.
    public String fileName() {
        return name + "-file";
    }

    /// The variable of the environment that overrides `key`.
    public static String variable(String key) {
        return "PARLEY_"
                + key.toUpperCase(java.util.Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    static List<String> split(String text) {
        return text.isBlank()
                ? List.of()
                : List.of(text.split(",", -1)).stream()
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .toList();
    }

    private static void require(boolean holds, String bound) {
        if (!holds) {
            throw new IllegalArgumentException(bound);
        }
    }
}
