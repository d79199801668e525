package parley.app.command;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.app.config.Configuration;
import parley.app.config.Keys;
import parley.app.config.Settings;
import parley.app.log.Logs;
import picocli.CommandLine.Option;

/// What every command takes.
public final class CommonOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration file; without it defaults and the environment (PARLEY_...) hold.")
    @Nullable
    Path config;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder of the embedded database (node.data; default: data).")
    @Nullable
    String data;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Says what the command does.")
    boolean help;

    /// Reads the configuration and sets the logs up by it.
    Configuration configuration() {
        return configuration(Map.of());
    }

    Configuration configuration(Map<String, String> more) {
        Configuration read = Configuration.of(settings(more));
        Logs.start(read.logLevel());
        return read;
    }

    Settings settings(Map<String, String> more) {
        Map<String, String> overrides = new HashMap<>(more);
        if (data != null) {
            overrides.put(Keys.NODE_DATA.name(), data);
        }
        return Configuration.settings(config, overrides, System::getenv);
    }
}
