package parley.accounts.internal.admin;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import parley.accounts.Administration;
import parley.accounts.InvalidField;
import parley.accounts.Page;
import parley.accounts.Profile;
import parley.accounts.internal.account.Rules;
import parley.accounts.internal.deletion.SqlDeletions;
import parley.accounts.internal.store.AccountRows;
import parley.accounts.internal.store.AuditRows;
import parley.accounts.internal.store.BanRows;
import parley.accounts.internal.store.DeviceRows.Gone;
import parley.accounts.internal.store.OperatorRows;
import parley.accounts.internal.token.TokenService;
import parley.kernel.AccountId;
import parley.kernel.Database;
import parley.kernel.IdSource;
import parley.kernel.Secret;

/// Administration in the database. Thread-safe.
public final class SqlAdministration implements Administration {
    private static final int LIMIT_MAX = 200;
    private static final int REASON_CHARACTERS_MAX = 500;
    private static final int BATCH_MAX = 10_000;
    private static final int BATCH_CHARS_MAX = 32;
    private static final int REMOVED_MAX = 5_000;

    private final Database database;
    private final IdSource ids;
    private final InstantSource clock;
    private final TokenService tokens;
    private final SqlDeletions deletions;
    private final AuditRows audit;
    private final LatelyVerified lately = new LatelyVerified();

    public SqlAdministration(TokenService.Ground ground, TokenService tokens, SqlDeletions deletions) {
        this.database = ground.database();
        this.ids = ground.ids();
        this.clock = ground.clock();
        this.tokens = tokens;
        this.deletions = deletions;
        this.audit = new AuditRows(ids);
    }

    @Override
    public Page<Account> accounts(@Nullable String cursor, int limit) {
        requireLimit(limit, LIMIT_MAX);
        long after = Cursor.ACCOUNTS.decode(cursor, 0);
        List<Account> found =
                database.read(connection -> OperatorRows.after(connection, after, limit + 1, clock.millis()));
        return page(
                found, limit, Cursor.ACCOUNTS, account -> account.profile().id().value());
    }

    @Override
    public Optional<Account> account(AccountId id) {
        return database.read(connection -> OperatorRows.byId(connection, id, clock.millis()));
    }

    @Override
    public Optional<Account> accountByHandle(String handle) {
        return Rules.isHandle(handle)
                ? database.read(connection -> AccountRows.byHandle(connection, handle))
                        .flatMap(profile -> account(profile.id()))
                : Optional.empty();
    }

    @Override
    public boolean ban(String actor, AccountId account, String reason, @Nullable Instant until) {
        require(
                !reason.isEmpty() && reason.codePointCount(0, reason.length()) <= REASON_CHARACTERS_MAX,
                "reason: 1 to " + REASON_CHARACTERS_MAX + " characters");
        Long untilMillis = until == null ? null : until.toEpochMilli();
        String detail = (until == null ? "for good: " : "until " + until + ": ") + reason;
        boolean banned = database.transact(connection -> {
            if (AccountRows.lock(connection, account).isEmpty()) {
                return false;
            }
            long now = clock.millis();
            BanRows.putLocked(connection, database.dialect(), account, reason, now, untilMillis);
            audit.add(connection, now, actor, "account-banned", target(account), detail);
            return true;
        });
        if (banned) {
            tokens.signOuts().banned(account, untilMillis);
        }
        return banned;
    }

    @Override
    public boolean unban(String actor, AccountId account) {
        boolean exists = database.transact(connection -> {
            if (AccountRows.lock(connection, account).isEmpty()) {
                return false;
            }
            if (BanRows.lift(connection, database.dialect(), account)) {
                audit.add(connection, clock.millis(), actor, "account-unbanned", target(account), "");
            }
            return true;
        });
        if (exists) {
            tokens.signOuts().unbanned(account);
        }
        return exists;
    }

    @Override
    public boolean signOutEverywhere(String actor, AccountId account) {
        Optional<List<Gone>> gone = database.transact(connection -> signOutAll(connection, actor, account));
        gone.ifPresent(devices -> tokens.signOuts().committed(account, devices));
        return gone.isPresent();
    }

    private Optional<List<Gone>> signOutAll(Connection connection, String actor, AccountId account)
            throws SQLException {
        if (AccountRows.lock(connection, account).isEmpty()) {
            return Optional.empty();
        }
        long now = clock.millis();
        List<Gone> devices = tokens.signOuts().others(connection, account, null, now);
        audit.add(connection, now, actor, "account-signed-out", target(account), devices.size() + " devices");
        return Optional.of(devices);
    }

    @Override
    public boolean delete(String actor, AccountId account) {
        return deletions.delete(actor, account);
    }

    @Override
    public Optional<CreatedKey> createApiKey(String actor, String name, Set<String> scopes) {
        Optional<InvalidField> broken = Rules.name("name", name);
        require(broken.isEmpty(), "name: 1 to 64 characters, no control characters");
        ApiKeys.requireScopes(scopes);
        Secret text = ApiKeys.generate();
        ApiKey key = new ApiKey(name, scopes, Instant.ofEpochMilli(clock.millis()));
        return database.transact(connection -> {
            if (!ApiKeys.insert(connection, key, text)) {
                return Optional.empty();
            }
            audit.add(connection, clock.millis(), actor, "api-key-created", "key:" + name, String.join(" ", scopes));
            return Optional.of(new CreatedKey(key, text));
        });
    }

    @Override
    public Optional<ApiKey> verifyApiKey(Secret key) {
        return lately.verify(key, () -> database.read(connection -> ApiKeys.find(connection, key)));
    }

    @Override
    public List<ApiKey> apiKeys() {
        return database.read(ApiKeys::list);
    }

    @Override
    public boolean revokeApiKey(String actor, String name) {
        boolean isRevoked = database.transact(connection -> {
            boolean revoked = ApiKeys.delete(connection, name);
            if (revoked) {
                audit.add(connection, clock.millis(), actor, "api-key-revoked", "key:" + name, "");
            }
            return revoked;
        });
        lately.forget();
        return isRevoked;
    }

    @Override
    public void record(String actor, String action, String target, String detail) {
        boolean unused = database.transact(connection -> {
            audit.add(connection, clock.millis(), actor, action, target, detail);
            return true;
        });
    }

    @Override
    public Page<Audit> audit(@Nullable String cursor, int limit) {
        requireLimit(limit, LIMIT_MAX);
        long before = Cursor.AUDIT.decode(cursor, Long.MAX_VALUE);
        List<Audit> found = database.read(connection -> AuditRows.list(connection, before, limit + 1));
        return page(found, limit, Cursor.AUDIT, Audit::id);
    }

    @Override
    public boolean rotateSigningKey(String actor) {
        return database.transact(connection -> {
            boolean rotated = tokens.keys().rotate(connection);
            if (rotated) {
                audit.add(connection, clock.millis(), actor, "signing-key-rotated", "signing-key", "");
            }
            return rotated;
        });
    }

    @Override
    public List<Profile> createBatch(String actor, String batch, List<NewAccount> accounts) {
        require(accounts.size() <= BATCH_MAX, "at most " + BATCH_MAX + " accounts at once");
        require(!batch.isEmpty() && batch.length() <= BATCH_CHARS_MAX, "batch: 1 to 32 characters");
        List<Profile> profiles = accounts.stream().map(this::profile).toList();
        return database.transact(connection -> {
            Batches.insert(connection, batch, profiles, clock.millis());
            String detail = profiles.size() + " accounts";
            audit.add(connection, clock.millis(), actor, "batch-created", "batch:" + batch, detail);
            return profiles;
        });
    }

    @Override
    public List<String> batches() {
        return database.read(Batches::names);
    }

    @Override
    public List<AccountId> batch(String batch, @Nullable AccountId after, int limit) {
        requireLimit(limit, BATCH_MAX);
        long start = after == null ? 0 : after.value();
        return database.read(connection -> Batches.ids(connection, batch, start, limit));
    }

    @Override
    public int removeBatch(String actor, String batch) {
        return database.transact(connection -> {
            List<AccountId> accounts = Batches.ids(connection, batch, 0, REMOVED_MAX);
            if (!accounts.isEmpty()) {
                Batches.remove(connection, accounts);
                String detail = accounts.size() + " accounts";
                audit.add(connection, clock.millis(), actor, "batch-removed", "batch:" + batch, detail);
            }
            return accounts.size();
        });
    }

    private Profile profile(NewAccount account) {
        List<InvalidField> broken = Rules.broken(
                Rules.handle("handle", account.handle()), Rules.name("displayName", account.displayName()));
        require(broken.isEmpty(), "handles and display names of a batch follow the rules of accounts");
        return new Profile(new AccountId(ids.next()), account.handle(), account.displayName());
    }

    /// A page of `found`, which was asked for one more than `limit` to see whether there is a next.
    private static <T> Page<T> page(List<T> found, int limit, Cursor cursor, ToLongFunction<T> id) {
        if (found.size() <= limit) {
            return new Page<>(found, null);
        }
        List<T> items = found.subList(0, limit);
        return new Page<>(items, cursor.encode(id.applyAsLong(items.getLast())));
    }

    private static String target(AccountId account) {
        return "account:" + account;
    }

    private static void requireLimit(int limit, int most) {
        require(limit >= 1 && limit <= most, "limit: 1 to " + most);
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
