package parley.redis;

import java.util.Optional;
import parley.kernel.Secret;

/// Who logs in to a Redis or to a sentinel; both are empty where it wants nothing, and `user` is where
/// the password is that of its default user.
public record RedisLogin(Optional<String> user, Optional<Secret> password) {
    public static final RedisLogin NONE = new RedisLogin(Optional.empty(), Optional.empty());

    /// Throws [IllegalArgumentException] when there is a user without a password; `prefix` is how the
    /// keys begin that this was read from (`redis.`).
    void check(String prefix) {
        if (user.isPresent() && password.isEmpty()) {
            throw new IllegalArgumentException(
                    "%spassword must be set when %suser is, which is '%s'".formatted(prefix, prefix, user.get()));
        }
    }
}
