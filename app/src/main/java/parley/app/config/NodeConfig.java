package parley.app.config;

import java.nio.file.Path;
import java.time.Duration;

/// This node. `name` is empty when the node derives one; `address` is what it tells the others of where
/// it can be reached, empty when it is that of its listener; `data` is the folder of the embedded
/// database and of the first admin key; `drainTime` is how long clients are given to move elsewhere.
public record NodeConfig(String name, String address, Path data, Duration drainTime) {}
