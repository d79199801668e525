package parley.app.tls;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import parley.app.config.TlsConfig;
import parley.kernel.Probe;

/// TLS of the two listeners, where the configuration asks for it.
public record TlsListeners(Optional<ReloadingTls> http, Optional<ReloadingTls> admin) implements AutoCloseable {

    /// Throws [parley.app.exit.Failure] when the files are not in order.
    public static TlsListeners start(TlsConfig config, InstantSource clock, MeterRegistry registry) {
        check(config, clock.instant());
        return new TlsListeners(
                config.http().map(files -> ReloadingTls.start(config, files, clock, registry)),
                config.admin().map(files -> ReloadingTls.start(config, files, clock, registry)));
    }

    /// Reads the files that the configuration names and throws [parley.app.exit.Failure] when something
    /// is wrong with them.
    public static void check(TlsConfig config, Instant now) {
        Stream.of(config.http(), config.admin()).flatMap(Optional::stream).forEach(files -> {
            TlsPair unused = TlsPair.read(files, now);
        });
    }

    public List<Probe> probes() {
        return Stream.of(http, admin)
                .flatMap(Optional::stream)
                .map(Probe.class::cast)
                .toList();
    }

    @Override
    public void close() {
        http.ifPresent(ReloadingTls::close);
        admin.ifPresent(ReloadingTls::close);
    }
}
