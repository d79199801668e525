package parley.app.config;

import parley.kernel.Secret;
import parley.redis.RedisConfig;

/// Redis, when it is used, and what signs all that goes there.
public record SignedRedis(RedisConfig server, Secret clusterSecret) {}
