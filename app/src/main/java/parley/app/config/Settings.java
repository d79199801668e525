package parley.app.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import parley.app.exit.Failure;
import parley.kernel.Secret;

/// The text of every key, after all sources: command line, then environment, then file, then default.
/// Immutable.
public final class Settings {
    private final Map<String, Value> values;

    /// A text and where it came from, for messages.
    record Value(String text, String source) {}

    private Settings(Map<String, Value> values) {
        this.values = values;
    }

    /// Joins the sources. `overrides` are from the command line, by key; `environment` gives a
    /// variable's value or null; `file` is what the configuration file states, checked for unknown keys
    /// before.
    static Settings join(
            List<Key<?>> keys,
            Map<String, String> overrides,
            Function<String, @Nullable String> environment,
            ConfigFile file) {
        Map<String, Value> values = new LinkedHashMap<>();
        for (Key<?> key : keys) {
            put(values, key.name(), key.text(), overrides, environment, file);
            if (key.form() == Key.Form.SECRET) {
                put(values, key.fileName(), "", overrides, environment, file);
            }
        }
        return new Settings(values);
    }

    private static void put(
            Map<String, Value> values,
            String name,
            String text,
            Map<String, String> overrides,
            Function<String, @Nullable String> environment,
            ConfigFile file) {
        String variable = Key.variable(name);
        String stated = environment.apply(variable);
        if (overrides.containsKey(name)) {
            values.put(name, new Value(overrides.getOrDefault(name, ""), "command line"));
        } else if (stated != null) {
            values.put(name, new Value(stated, variable));
        } else if (file.values().containsKey(name)) {
            values.put(name, new Value(file.values().getOrDefault(name, ""), file.name()));
        } else {
            values.put(name, new Value(text, "default"));
        }
    }

    /// The value of `key`; a [Failure] that names the key, the bound and the value when it breaks one.
    public <T> T get(Key<T> key) {
        Value value = value(key.name());
        try {
            return key.parser().apply(value.text());
        } catch (IllegalArgumentException bound) {
            throw new Failure(key.name() + " must be " + bound.getMessage() + ", not '" + value.text() + "' (from "
                    + value.source() + ").");
        }
    }

    /// The secret of `key`, from its own text or from its file; empty when neither is set.
    public Optional<Secret> secret(Key<String> key) {
        String inline = value(key.name()).text();
        String file = value(key.fileName()).text();
        if (!inline.isEmpty() && !file.isEmpty()) {
            throw new Failure(key.name() + " and " + key.fileName() + " are both set; keep one of them.");
        }
        if (!file.isEmpty()) {
            return Optional.of(SecretFiles.read(key.fileName(), file));
        }
        return inline.isEmpty() ? Optional.empty() : Optional.of(new Secret(inline));
    }

    /// Where the value of the key `name` came from.
    public String source(String name) {
        return value(name).source();
    }

    String shown(Key<?> key) {
        return switch (key.form()) {
            case SCALAR -> value(key.name()).text();
            case LIST -> "[" + String.join(", ", Key.split(value(key.name()).text())) + "]";
            case SECRET -> value(key.name()).text().isEmpty() ? "" : "***";
        };
    }

    private Value value(String name) {
        Value value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("not a key: " + name);
        }
        return value;
    }
}
