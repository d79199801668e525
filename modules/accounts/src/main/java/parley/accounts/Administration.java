package parley.accounts;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.Secret;

/// What operators do with accounts. Thread-safe; every method blocks for statements and throws
/// [parley.kernel.Unavailable] while the database does not answer.
///
/// Each change is committed together with its line in the audit table; `actor` names who did it
/// (`key:<name>`, `console`). Pages: `limit` 1 to 200; a cursor that was not given out here is an
/// [IllegalCursor].
public interface Administration {

    /// Accounts by id, oldest first.
    Page<Account> accounts(@Nullable String cursor, int limit);

    /// Also one that was deleted: with its id and times, and with an empty handle and display name.
    Optional<Account> account(AccountId id);

    Optional<Account> accountByHandle(String handle);

    /// Bans until `until` (null = for good): tokens and sign-ins are refused, sessions end with 4502
    /// within two seconds on every node. Again on a banned account: reason and end are replaced. False
    /// when there is no such account. `reason`: 1 to 500 characters, for operators only.
    boolean ban(String actor, AccountId account, String reason, @Nullable Instant until);

    /// Ends a ban; nothing happens when there is none. False when there is no such account.
    boolean unban(String actor, AccountId account);

    /// Signs out all devices: tokens are refused and sessions end with 4501 within two seconds on every
    /// node. False when there is no such account.
    boolean signOutEverywhere(String actor, AccountId account);

    /// Deletes an account for good. When this returns, its handle, names, password and ban are gone,
    /// tokens and sign-ins are refused, and sessions end with 4501 within two seconds on every node; the
    /// handle is free. What it left elsewhere is removed from then on ([Deletions]). Again on a deleted
    /// account: nothing happens. False when there never was such an account.
    boolean delete(String actor, AccountId account);

    /// Makes a key for back ends and operators; this is the only time its text is known. `name`: 1 to 64
    /// characters without control characters, unique. Empty when the name is taken.
    Optional<CreatedKey> createApiKey(String actor, String name, Set<String> scopes);

    /// The key that has this text, if it is one of ours and not revoked. The database is asked each time. While
    /// it does not answer, a key that this node last saw there within five minutes is taken: so long at most one
    /// that was revoked since, just before the database went away.
    Optional<ApiKey> verifyApiKey(Secret key);

    /// All keys that are not revoked, by name, at most 1,000.
    List<ApiKey> apiKeys();

    /// Refuses the key from now on ([#verifyApiKey] says what may delay it). False when there is no such key.
    boolean revokeApiKey(String actor, String name);

    /// Writes a line for a change that was made elsewhere (a session ended, a node drained).
    void record(String actor, String action, String target, String detail);

    /// The audit, newest first.
    Page<Audit> audit(@Nullable String cursor, int limit);

    /// Makes a signing key that takes over after two minutes, when every node knows it; the one before
    /// it stays good for checking until its last token is over. At most two keys sign or wait to sign;
    /// false when there are two already.
    boolean rotateSigningKey(String actor);

    /// Makes accounts that have no password, in bulk, for load tests. They belong to `batch` (1 to 32
    /// characters). Answers in order; at most 10,000 at once; a handle that is taken is an
    /// [IllegalStateException] and nothing is made.
    List<Profile> createBatch(String actor, String batch, List<NewAccount> accounts);

    /// The batches that have accounts.
    List<String> batches();

    /// Accounts of a batch with an id above `after`, ascending.
    List<AccountId> batch(String batch, @Nullable AccountId after, int limit);

    /// Removes up to 5,000 accounts of `batch` with their devices; answers how many, 0 when none is
    /// left.
    int removeBatch(String actor, String batch);

    /// An account as operators see it. `ban` is null when it is not banned now, `deletion` when it was
    /// not deleted.
    record Account(
            Profile profile,
            Instant createdAt,
            @Nullable Ban ban,
            int devices,
            @Nullable Deletion deletion) {}

    /// `removed` messages, reactions, memberships and the like are gone so far; `finishedAt` is null
    /// while there are more.
    record Deletion(Instant deletedAt, @Nullable Instant finishedAt, long removed) {}

    /// `until` null = for good.
    record Ban(String reason, Instant since, @Nullable Instant until) {}

    record ApiKey(String name, Set<String> scopes, Instant createdAt) {
        public ApiKey {
            scopes = Set.copyOf(scopes);
        }
    }

    record CreatedKey(ApiKey key, Secret text) {}

    /// One line of the audit. `target` is an id with its kind in front (`account:12`), `detail` free
    /// text for operators.
    record Audit(long id, Instant at, String actor, String action, String target, String detail) {}

    record NewAccount(String handle, String displayName) {}

    /// A cursor that was not given out here. Its message is fit for a client.
    final class IllegalCursor extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        public IllegalCursor() {
            super("not a cursor of this list");
        }
    }
}
