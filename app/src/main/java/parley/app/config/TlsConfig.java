package parley.app.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// TLS in this process, for each listener that has files. `reloadInterval`: between two looks whether
/// the files changed; `expiryWarning`: health says so when a certificate has less left.
public record TlsConfig(Optional<Files> http, Optional<Files> admin, Duration reloadInterval, Duration expiryWarning) {

    /// PEM files: the certificate, with those between it and the authority behind it, and its key.
    /// `key` is the name under which the configuration has them: `http.tls`.
    public record Files(String key, Path certificate, Path privateKey) {}
}
