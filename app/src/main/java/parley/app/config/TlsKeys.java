package parley.app.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import parley.app.exit.Failure;

/// The keys of TLS and the record they make.
final class TlsKeys {
    static final Key<String> HTTP_CERTIFICATE = Key.text("http.tls.certificate", "");
    static final Key<String> HTTP_PRIVATE_KEY = Key.text("http.tls.private-key", "");
    static final Key<Duration> RELOAD_INTERVAL = Key.time("http.tls.reload-interval", "5s", "250ms", "1h");
    static final Key<Duration> EXPIRY_WARNING = Key.time("http.tls.expiry-warning", "14d", "0s", "365d");
    static final Key<String> ADMIN_CERTIFICATE = Key.text("admin.tls.certificate", "");
    static final Key<String> ADMIN_PRIVATE_KEY = Key.text("admin.tls.private-key", "");

    private TlsKeys() {}

    static List<Key<?>> all() {
        return List.of(
                HTTP_CERTIFICATE,
                HTTP_PRIVATE_KEY,
                RELOAD_INTERVAL,
                EXPIRY_WARNING,
                ADMIN_CERTIFICATE,
                ADMIN_PRIVATE_KEY);
    }

    static TlsConfig config(Settings settings) {
        return new TlsConfig(
                files(settings, HTTP_CERTIFICATE, HTTP_PRIVATE_KEY),
                files(settings, ADMIN_CERTIFICATE, ADMIN_PRIVATE_KEY),
                settings.get(RELOAD_INTERVAL),
                settings.get(EXPIRY_WARNING));
    }

    private static Optional<TlsConfig.Files> files(Settings settings, Key<String> certificate, Key<String> privateKey) {
        String certificateFile = settings.get(certificate);
        String keyFile = settings.get(privateKey);
        if (certificateFile.isEmpty() != keyFile.isEmpty()) {
            throw new Failure(certificate.name() + " and " + privateKey.name() + " must be set together, or neither.");
        }
        String key = certificate.name().substring(0, certificate.name().lastIndexOf('.'));
        return certificateFile.isEmpty()
                ? Optional.empty()
                : Optional.of(new TlsConfig.Files(key, Path.of(certificateFile), Path.of(keyFile)));
    }
}
