package parley.app.config;

import io.helidon.config.Config;
import io.helidon.config.ConfigException;
import io.helidon.config.ConfigSources;
import io.helidon.config.yaml.YamlConfigParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import parley.app.exit.Failure;

/// What a configuration file states: the text of each key, lists joined by commas. `name` is for
/// messages.
record ConfigFile(String name, Map<String, String> values) {

    /// Reads `path`; no file gives no values. A key that is none of `keys` is a [Failure] that names the
    /// nearest one; so is an inline secret in a file that others may read.
    static ConfigFile read(@Nullable Path path, List<Key<?>> keys) {
        if (path == null) {
            return new ConfigFile("", Map.of());
        }
        if (!Files.isReadable(path) || Files.isDirectory(path)) {
            throw new Failure("The configuration file " + path + " cannot be read.");
        }
        ConfigFile file = new ConfigFile(path.toString(), flatten(path));
        Names names = Names.of(keys);
        file.values.keySet().forEach(key -> names.require(key, path));
        for (Key<?> key : keys) {
            if (key.form() == Key.Form.SECRET
                    && !file.values.getOrDefault(key.name(), "").isEmpty()) {
                SecretFiles.requirePrivate(key.name(), path);
            }
        }
        return file;
    }

    private static Map<String, String> flatten(Path path) {
        try {
            Config config = Config.builder()
                    .sources(ConfigSources.file(path).build())
                    .addParser(YamlConfigParser.create())
                    .disableParserServices()
                    .disableMapperServices()
                    .disableFilterServices()
                    .disableEnvironmentVariablesSource()
                    .disableSystemPropertiesSource()
                    .disableValueResolving()
                    .disableKeyResolving()
                    .build();
            Map<String, String> values = new TreeMap<>();
            flatten(config, values);
            return values;
        } catch (ConfigException fault) {
            throw new Failure("The configuration file " + path + " is not YAML that can be read.", fault);
        }
    }

    private static void flatten(Config node, Map<String, String> values) {
        if (node.isList()) {
            String joined = node.asNodeList().orElse(List.of()).stream()
                    .map(item -> item.asString().orElse(""))
                    .collect(Collectors.joining(","));
            values.put(node.key().toString(), joined);
        } else if (node.isObject()) {
            node.asNodeList().orElse(List.of()).forEach(child -> flatten(child, values));
        } else if (node.isLeaf()) {
            values.put(node.key().toString(), node.asString().orElse(""));
        }
    }

    /// The names that a file may state.
    private record Names(List<String> known) {
        static Names of(List<Key<?>> keys) {
            List<String> known = new ArrayList<>();
            for (Key<?> key : keys) {
                known.add(key.name());
                if (key.form() == Key.Form.SECRET) {
                    known.add(key.fileName());
                }
            }
            return new Names(known);
        }

        void require(String name, Path path) {
            if (known.contains(name)) {
                return;
            }
            Optional<String> nearest = known.stream().min(Comparator.comparingInt(key -> distance(key, name)));
            throw new Failure("The configuration file " + path + " has an unknown key '" + name
                    + "'; the nearest known one is '" + nearest.orElse("") + "'.");
        }

        /// Levenshtein: how many letters must be changed, added or taken away.
        private static int distance(String a, String b) {
            int[] row = new int[b.length() + 1];
            for (int j = 0; j <= b.length(); j++) {
                row[j] = j;
            }
            for (int i = 1; i <= a.length(); i++) {
                int diagonal = row[0];
                row[0] = i;
                for (int j = 1; j <= b.length(); j++) {
                    int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                    diagonal = row[j];
                    row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
                }
            }
            return row[b.length()];
        }
    }
}
