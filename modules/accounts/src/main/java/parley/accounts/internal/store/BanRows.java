package parley.accounts.internal.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.accounts.Administration.Ban;
import parley.kernel.AccountId;
import parley.kernel.Dialect;

/// `accounts_ban`: one row per account that was ever banned.
public final class BanRows {
    private BanRows() {}

    /// A row as nodes poll it; `untilMillis` is [Times#NEVER] for good.
    public record Changed(AccountId account, long untilMillis, boolean isLifted) {}

    public static Optional<Ban> inForce(Connection connection, AccountId account, long nowMillis) throws SQLException {
        return Sql.first(
                connection,
                "select reason, since, until_at from accounts_ban"
                        + " where account = ? and lifted = 0 and (until_at is null or until_at > ?)",
                row -> new Ban(
                        row.getString(1), Times.instant(row.getLong(2)), Times.instantOrNull(Sql.nullableLong(row, 3))),
                account.value(),
                nowMillis);
    }

    /// Begins a ban or replaces one. The caller holds the account's lock.
    public static void putLocked(
            Connection connection,
            Dialect dialect,
            AccountId account,
            String reason,
            long nowMillis,
            @Nullable Long untilMillis)
            throws SQLException {
        int changed = Sql.update(
                connection,
                "update accounts_ban set reason = ?, since = ?, until_at = ?, lifted = 0, changed_at = "
                        + dialect.nowMillis() + " where account = ?",
                reason,
                nowMillis,
                untilMillis,
                account.value());
        if (changed == 0) {
            int unused = Sql.update(
                    connection,
                    "insert into accounts_ban (account, reason, since, until_at, lifted, changed_at)"
                            + " values (?, ?, ?, ?, 0, " + dialect.nowMillis() + ")",
                    account.value(),
                    reason,
                    nowMillis,
                    untilMillis);
        }
    }

    /// Ends a ban; false when none was in force.
    public static boolean lift(Connection connection, Dialect dialect, AccountId account) throws SQLException {
        return Sql.update(
                        connection,
                        "update accounts_ban set lifted = 1, changed_at = " + dialect.nowMillis()
                                + " where account = ? and lifted = 0",
                        account.value())
                > 0;
    }

    /// Removes every trace of a ban.
    public static void delete(Connection connection, AccountId account) throws SQLException {
        int unused = Sql.update(connection, "delete from accounts_ban where account = ?", account.value());
    }

    /// What changed since `sinceMillis` on the database's clock.
    public static List<Changed> changed(Connection connection, long sinceMillis) throws SQLException {
        return Sql.query(
                connection,
                "select account, until_at, lifted from accounts_ban where changed_at >= ?",
                row -> {
                    Long until = Sql.nullableLong(row, 2);
                    return new Changed(
                            new AccountId(row.getLong(1)), until == null ? Times.NEVER : until, row.getInt(3) != 0);
                },
                sinceMillis);
    }
}
