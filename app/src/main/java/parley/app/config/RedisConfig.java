package parley.app.config;

import java.util.Optional;
import parley.kernel.Secret;

/// Redis, when it is used: `clusterSecret` signs all that goes there.
public record RedisConfig(String url, String user, Optional<Secret> password, Secret clusterSecret) {}
