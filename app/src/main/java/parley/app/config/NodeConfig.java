package parley.app.config;

import java.nio.file.Path;
import java.time.Duration;

/// This node. `name` is empty when the node derives one; `data` is the folder of the embedded database
/// and of the first admin key; `drainTime` is how long clients are given to move elsewhere.
public record NodeConfig(String name, Path data, Duration drainTime) {}
