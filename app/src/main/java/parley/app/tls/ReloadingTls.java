package parley.app.tls;

import io.helidon.common.tls.Tls;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import parley.app.config.TlsConfig;
import parley.app.exit.Failure;
import parley.kernel.Health;
import parley.kernel.Probe;

/// TLS of one listener. New certificates are taken from the files while it runs: connections that exist
/// go on, new ones get the new pair, and a pair that is broken changes nothing but health. The state is
/// that of the one thread that looks at the files.
public final class ReloadingTls implements Probe, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ReloadingTls.class.getName());

    private final TlsConfig config;
    private final TlsConfig.Files files;
    private final InstantSource clock;
    private final CurrentKeys keys;
    private final SSLContext context;
    private final ScheduledExecutorService watch;
    private final Counter taken;
    private final Counter refused;
    private volatile boolean isBroken;

    /// What the files held at the last look, and the last content that was found broken.
    private String seen;

    private String complained = "";

    private ReloadingTls(TlsConfig config, TlsConfig.Files files, InstantSource clock, MeterRegistry registry) {
        this.config = config;
        this.files = files;
        this.clock = clock;
        this.keys = new CurrentKeys(TlsPair.read(files, clock.instant()));
        this.seen = keys.current().alias();
        this.context = context(keys);
        this.taken = reloads(registry, "taken");
        this.refused = reloads(registry, "refused");
        Gauge.builder(
                        "parley.tls.certificate.expiry",
                        () -> keys.current().expiry().getEpochSecond())
                .description("When the certificate in use ends, in seconds since 1970")
                .baseUnit("seconds")
                .tag("listener", listener())
                .register(registry);
        Gauge.builder("parley.tls.files.broken", () -> isBroken ? 1 : 0)
                .description("1 while the files hold no pair that can be served")
                .tag("listener", listener())
                .register(registry);
        this.watch = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("parley-" + name()).factory());
    }

    /// Reads the files, which must be in order, and looks at them again at each interval. Throws
    /// [Failure].
    public static ReloadingTls start(
            TlsConfig config, TlsConfig.Files files, InstantSource clock, MeterRegistry registry) {
        ReloadingTls started = new ReloadingTls(config, files, clock, registry);
        long interval = config.reloadInterval().toMillis();
        var watching = started.watch.scheduleWithFixedDelay(started::look, interval, interval, TimeUnit.MILLISECONDS);
        if (watching.isCancelled()) {
            throw new IllegalStateException("the watch did not start");
        }
        return started;
    }

    /// For a listener.
    public Tls tls(BeforeTls before) {
        return Tls.builder().sslContext(new StrictContext(context, before)).build();
    }

    /// A change counts once two looks in a row see the same: a pair that is being written is not judged.
    private void look() {
        String now = TlsPair.hash(files);
        boolean isSettled = now.equals(seen);
        seen = now;
        if (now.equals(keys.current().alias())) {
            isBroken = false;
        } else if (isSettled) {
            take(now);
        }
    }

    private void take(String content) {
        try {
            keys.replace(TlsPair.read(files, clock.instant()));
            isBroken = false;
            taken.increment();
            LOG.log(
                    Level.INFO,
                    files.key() + ": a new certificate is in use; it ends at "
                            + keys.current().expiry());
        } catch (Failure broken) {
            isBroken = true;
            if (!content.equals(complained)) {
                complained = content;
                refused.increment();
                LOG.log(
                        Level.ERROR,
                        files.key() + ": the files changed and cannot be used; the pair from before stays in use",
                        broken);
            }
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, files.key() + ": the files could not be looked at", bug);
        }
    }

    @Override
    public String name() {
        return "tls-" + listener();
    }

    @Override
    public Health check() {
        Instant expiry = keys.current().expiry();
        Instant now = clock.instant();
        if (!expiry.isAfter(now)) {
            return Health.degraded("the certificate in use expired at " + expiry);
        }
        if (isBroken) {
            return Health.degraded("the new certificate or key cannot be used, the old ones stay; see the log");
        }
        return now.plus(config.expiryWarning()).isAfter(expiry)
                ? Health.degraded("the certificate in use ends at " + expiry)
                : Health.up();
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    /// `http` or `admin`.
    private String listener() {
        return files.key().substring(0, files.key().indexOf('.'));
    }

    private Counter reloads(MeterRegistry registry, String result) {
        return Counter.builder("parley.tls.reloads")
                .description("Changed certificate files by what became of them")
                .tag("listener", listener())
                .tag("result", result)
                .register(registry);
    }

    private static SSLContext context(CurrentKeys keys) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {keys}, null, null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has TLS", impossible);
        }
    }
}
