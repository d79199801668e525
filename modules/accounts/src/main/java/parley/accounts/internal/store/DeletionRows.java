package parley.accounts.internal.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import parley.accounts.Administration.Account;
import parley.accounts.Administration.Deletion;
import parley.accounts.Deletions.Job;
import parley.accounts.Profile;
import parley.kernel.AccountId;
import parley.kernel.Dialect;

/// `accounts_deletion`: one row per deleted account.
public final class DeletionRows {
    private DeletionRows() {}

    public static boolean exists(Connection connection, AccountId account) throws SQLException {
        return Sql.first(
                        connection,
                        "select 1 from accounts_deletion where account = ?",
                        row -> row.getInt(1),
                        account.value())
                .isPresent();
    }

    /// Those of `among` (at most 500) that are deleted.
    public static Set<AccountId> deleted(Connection connection, Collection<AccountId> among) throws SQLException {
        return Set.copyOf(Sql.query(
                connection,
                "select account from accounts_deletion where account in (" + Sql.repeated("?", among.size()) + ")",
                row -> new AccountId(row.getLong(1)),
                among.stream().map(AccountId::value).toArray()));
    }

    /// Notes that the account is deleted. The caller holds the account's lock.
    public static void insertLocked(Connection connection, Dialect dialect, AccountId account) throws SQLException {
        int unused = Sql.update(
                connection,
                "insert into accounts_deletion"
                        + " (account, created_at, deleted_at, holder, held_until, reached, removed)"
                        + " select id, created_at, " + dialect.nowMillis()
                        + ", 0, 0, 0, 0 from accounts_account where id = ?",
                account.value());
    }

    /// A deleted account as operators see it.
    public static Optional<Account> account(Connection connection, AccountId account) throws SQLException {
        return Sql.first(
                connection,
                "select created_at, deleted_at, finished_at, removed from accounts_deletion where account = ?",
                row -> new Account(
                        new Profile(account, "", ""),
                        Times.instant(row.getLong(1)),
                        null,
                        0,
                        new Deletion(
                                Times.instant(row.getLong(2)),
                                Times.instantOrNull(Sql.nullableLong(row, 3)),
                                row.getLong(4))),
                account.value());
    }

    /// Up to `limit` deletions with work left that nobody holds, the oldest first.
    public static List<AccountId> waiting(Connection connection, Dialect dialect, long settledMillis, int limit)
            throws SQLException {
        return Sql.query(
                connection,
                "select account from accounts_deletion where finished_at is null and deleted_at <= "
                        + dialect.nowMillis() + " - ? and held_until < " + dialect.nowMillis()
                        + " order by deleted_at limit ?",
                row -> new AccountId(row.getLong(1)),
                settledMillis,
                limit);
    }

    /// Takes the job of `account` unless somebody else was quicker.
    public static Optional<Job> take(
            Connection connection, Dialect dialect, AccountId account, long holder, long heldMillis)
            throws SQLException {
        int taken = Sql.update(
                connection,
                "update accounts_deletion set holder = ?, held_until = " + dialect.nowMillis()
                        + " + ? where account = ? and finished_at is null and held_until < " + dialect.nowMillis(),
                holder,
                heldMillis,
                account.value());
        return taken == 0
                ? Optional.empty()
                : Sql.first(
                        connection,
                        "select reached from accounts_deletion where account = ?",
                        row -> new Job(account, holder, row.getLong(1)),
                        account.value());
    }

    /// False when somebody else holds the job.
    public static boolean note(
            Connection connection, Dialect dialect, Job job, long reached, int removed, long heldMillis)
            throws SQLException {
        return Sql.update(
                        connection,
                        "update accounts_deletion set reached = ?, removed = removed + ?, held_until = "
                                + dialect.nowMillis()
                                + " + ? where account = ? and holder = ? and finished_at is null",
                        reached,
                        removed,
                        heldMillis,
                        job.account().value(),
                        job.holder())
                > 0;
    }

    public static void putDown(Connection connection, Dialect dialect, Job job, long laterMillis) throws SQLException {
        int unused = Sql.update(
                connection,
                "update accounts_deletion set holder = 0, held_until = " + dialect.nowMillis()
                        + " - 1 + ? where account = ? and holder = ?",
                laterMillis,
                job.account().value(),
                job.holder());
    }

    /// False when somebody else holds the job.
    public static boolean finish(Connection connection, Dialect dialect, Job job) throws SQLException {
        return Sql.update(
                        connection,
                        "update accounts_deletion set finished_at = " + dialect.nowMillis()
                                + ", holder = 0, held_until = 0"
                                + " where account = ? and holder = ? and finished_at is null",
                        job.account().value(),
                        job.holder())
                > 0;
    }
}
