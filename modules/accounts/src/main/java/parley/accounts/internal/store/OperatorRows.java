package parley.accounts.internal.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.accounts.Administration.Account;
import parley.accounts.Administration.Ban;
import parley.kernel.AccountId;

/// Accounts as operators see them: with their ban in force and how many devices are signed in.
public final class OperatorRows {
    /// Arguments: now, now, then those of the condition.
    private static final String SELECT = "select a.id, a.handle, a.display_name, a.created_at,"
            + " (select count(*) from accounts_device d"
            + " where d.account = a.id and d.signed_out_at is null and d.refresh_until > ?),"
            + " b.reason, b.since, b.until_at from accounts_account a"
            + " left join accounts_ban b on b.account = a.id and b.lifted = 0"
            + " and (b.until_at is null or b.until_at > ?)";

    private OperatorRows() {}

    public static List<Account> after(Connection connection, long id, int limit, long nowMillis) throws SQLException {
        return Sql.query(
                connection,
                SELECT + " where a.id > ? order by a.id limit ?",
                OperatorRows::account,
                nowMillis,
                nowMillis,
                id,
                limit);
    }

    /// Also one that was deleted: nothing but that.
    public static Optional<Account> byId(Connection connection, AccountId id, long nowMillis) throws SQLException {
        Optional<Account> found = Sql.first(
                connection, SELECT + " where a.id = ?", OperatorRows::account, nowMillis, nowMillis, id.value());
        return found.isPresent() ? found : DeletionRows.account(connection, id);
    }

    private static Account account(ResultSet row) throws SQLException {
        return new Account(AccountRows.profile(row), Times.instant(row.getLong(4)), ban(row), row.getInt(5), null);
    }

    private static @Nullable Ban ban(ResultSet row) throws SQLException {
        String reason = row.getString(6);
        return reason == null
                ? null
                : new Ban(reason, Times.instant(row.getLong(7)), Times.instantOrNull(Sql.nullableLong(row, 8)));
    }
}
