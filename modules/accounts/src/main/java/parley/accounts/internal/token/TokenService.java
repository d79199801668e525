package parley.accounts.internal.token;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import parley.accounts.Orders;
import parley.accounts.Revocations;
import parley.accounts.Tokens;
import parley.accounts.internal.limit.SignInLimits;
import parley.accounts.internal.password.PasswordHasher;
import parley.accounts.internal.store.AuditRows;
import parley.kernel.Database;
import parley.kernel.Health;
import parley.kernel.IdSource;
import parley.kernel.Probe;

/// The part of the module that deals with tokens, put together and running.
public final class TokenService implements AutoCloseable {
    private static final Duration REVOCATIONS_AGE_MAX = Duration.ofSeconds(10);

    private final Tokens tokens;
    private final SignOuts signOuts;
    private final SigningKeys keys;
    private final RevocationFeed feed;
    private final Upkeep upkeep;

    private TokenService(Tokens tokens, SignOuts signOuts, SigningKeys keys, RevocationFeed feed, Upkeep upkeep) {
        this.tokens = tokens;
        this.signOuts = signOuts;
        this.keys = keys;
        this.feed = feed;
        this.upkeep = upkeep;
    }

    /// What tokens say and how long they last.
    public record Terms(String issuer, Duration accessLifetime, Duration refreshLifetime, int verifiedMax) {}

    /// What the part stands on.
    public record Ground(Database database, IdSource ids, InstantSource clock, MeterRegistry metrics) {}

    /// Reads keys and revocations, and starts keeping them current.
    public static TokenService start(
            Ground ground, Terms terms, PasswordHasher hasher, SignInLimits limits, Revocations sessions) {
        Database database = ground.database();
        InstantSource clock = ground.clock();
        SigningKeys keys = SigningKeys.open(database, clock);
        RevocationSet revoked = new RevocationSet();
        RevocationFeed feed = RevocationFeed.open(ground, revoked, sessions);
        SignOuts signOuts = new SignOuts(ground, revoked, sessions, feed.orders());
        Verifier verifier = new Verifier(
                keys,
                new AccessTokens(terms.issuer()),
                new VerifiedTokens(terms.verifiedMax(), terms.accessLifetime()),
                revoked,
                clock,
                ground.metrics());
        Grants grants = new Grants(ground.ids(), verifier, terms.accessLifetime(), terms.refreshLifetime());
        Tokens tokens = new SqlTokens(
                verifier,
                new SignIns(database, clock, hasher, limits, grants, signOuts),
                new Refreshes(database, clock, grants, signOuts, new AuditRows(ground.ids())),
                signOuts,
                new BulkIssue(database, ground.ids(), clock, verifier),
                ground.metrics());
        Upkeep upkeep = new Upkeep(feed, keys, database, clock);
        gauges(ground.metrics(), revoked, feed);
        upkeep.start();
        return new TokenService(tokens, signOuts, keys, feed, upkeep);
    }

    public Tokens tokens() {
        return tokens;
    }

    public SignOuts signOuts() {
        return signOuts;
    }

    public Orders orders() {
        return feed.orders();
    }

    public SigningKeys keys() {
        return keys;
    }

    public List<Probe> probes() {
        return List.of(new Probe() {
            @Override
            public String name() {
                return "revocations";
            }

            @Override
            public Health check() {
                long seconds = feed.age().toSeconds();
                return seconds <= REVOCATIONS_AGE_MAX.toSeconds()
                        ? Health.up()
                        : Health.degraded("sign-outs and bans of other nodes were last read " + seconds + " s ago");
            }
        });
    }

    private static void gauges(MeterRegistry metrics, RevocationSet revoked, RevocationFeed feed) {
        Object unused = Gauge.builder("parley.accounts.revocations", revoked, RevocationSet::size)
                .description("Devices and accounts whose tokens are refused")
                .register(metrics);
        unused = Gauge.builder(
                        "parley.accounts.revocations.age",
                        feed,
                        source -> source.age().toMillis() / 1000.0)
                .description("Time since revocations were last read")
                .baseUnit("seconds")
                .register(metrics);
    }

    @Override
    public void close() {
        upkeep.close();
    }
}
