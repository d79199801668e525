package parley.accounts.wiring;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import parley.accounts.Accounts;
import parley.accounts.Administration;
import parley.accounts.Blocks;
import parley.accounts.Deletions;
import parley.accounts.LastSeen;
import parley.accounts.Orders;
import parley.accounts.Revocations;
import parley.accounts.Tokens;
import parley.accounts.internal.account.Passwords;
import parley.accounts.internal.account.SqlAccounts;
import parley.accounts.internal.account.SqlBlocks;
import parley.accounts.internal.admin.SqlAdministration;
import parley.accounts.internal.deletion.SqlDeletions;
import parley.accounts.internal.limit.SignInLimits;
import parley.accounts.internal.password.PasswordHasher;
import parley.accounts.internal.seen.SeenLater;
import parley.accounts.internal.token.TokenService;
import parley.accounts.internal.token.TokenService.Ground;
import parley.accounts.internal.token.TokenService.Terms;
import parley.kernel.Database;
import parley.kernel.IdSource;

/// The module, made and running: two background threads, and the hashing threads while passwords are
/// hashed.
public final class AccountsModule implements AutoCloseable {
    private static final int SEEN_WAITING_MAX = 100_000;
    private static final Duration SEEN_WRITTEN_EVERY = Duration.ofSeconds(5);

    private final PasswordHasher hasher;
    private final TokenService tokens;
    private final Accounts accounts;
    private final Blocks blocks;
    private final Administration administration;
    private final Deletions deletions;
    private final SeenLater lastSeen;

    private AccountsModule(
            PasswordHasher hasher,
            TokenService tokens,
            Accounts accounts,
            Blocks blocks,
            Administration administration,
            Deletions deletions,
            SeenLater lastSeen) {
        this.hasher = hasher;
        this.tokens = tokens;
        this.accounts = accounts;
        this.blocks = blocks;
        this.administration = administration;
        this.deletions = deletions;
        this.lastSeen = lastSeen;
    }

    /// Reads the signing keys (making the first) and what is revoked: blocks for a few statements, and
    /// throws [parley.kernel.Unavailable] when the database does not answer. The tables must exist.
    public static AccountsModule create(
            Database database,
            AccountsConfig config,
            IdSource ids,
            InstantSource clock,
            Revocations revocations,
            MeterRegistry metrics) {
        Ground ground = new Ground(database, ids, clock, metrics);
        Terms terms = new Terms(
                config.issuer(),
                config.accessTokenLifetime(),
                config.refreshTokenLifetime(),
                config.verifiedTokensMax());
        SignInLimits limits =
                new SignInLimits(config.attemptsPerHandle(), config.attemptsPerAddress(), config.attemptWindow());
        PasswordHasher hasher = new PasswordHasher(config.hashThreads(), config.hashQueueMax(), metrics);
        TokenService tokens = TokenService.start(ground, terms, hasher, limits, revocations);
        Passwords passwords = new Passwords(ground, hasher, tokens, config.attemptsPerHandle(), config.attemptWindow());
        SqlAccounts accounts =
                new SqlAccounts(ground, tokens, passwords, config.cachedProfilesMax(), config.signUpOpen());
        Blocks blocks = new SqlBlocks(database, clock, config.blockedMax());
        SeenLater lastSeen = new SeenLater(database, SEEN_WAITING_MAX, SEEN_WRITTEN_EVERY, metrics);
        lastSeen.start();
        SqlDeletions deletions = new SqlDeletions(ground, tokens, accounts::forget);
        Administration administration = new SqlAdministration(ground, tokens, deletions);
        return new AccountsModule(hasher, tokens, accounts, blocks, administration, deletions, lastSeen);
    }

    public Accounts accounts() {
        return accounts;
    }

    public Blocks blocks() {
        return blocks;
    }

    public Tokens tokens() {
        return tokens.tokens();
    }

    public Administration administration() {
        return administration;
    }

    public Orders orders() {
        return tokens.orders();
    }

    public Deletions deletions() {
        return deletions;
    }

    public LastSeen lastSeen() {
        return lastSeen;
    }

    /// Stops the threads; calls that are under way may fail.
    @Override
    public void close() {
        lastSeen.close();
        hasher.close();
        tokens.close();
    }
}
