package parley.app.config;

import java.time.Duration;
import java.util.Optional;
import parley.kernel.Secret;

/// The database. `url` is empty for the embedded one. `poolWait`, `connectTime` and `answerTime` bound
/// the wait for a connection of the pool, for a new connection, and for the answer to a statement; they
/// are so short that every command is answered within four seconds.
public record DatabaseConfig(
        String url, String user, Optional<Secret> password, int poolSize, Times times, boolean allowWeakDurability) {

    public record Times(Duration poolWait, Duration connectTime, Duration answerTime) {}

    public boolean isEmbedded() {
        return url.isEmpty();
    }
}
