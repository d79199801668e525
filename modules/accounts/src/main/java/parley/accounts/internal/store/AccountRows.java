package parley.accounts.internal.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.accounts.Profile;
import parley.kernel.AccountId;

/// `accounts_account`.
public final class AccountRows {
    private AccountRows() {}

    /// What a sign-in needs of an account. `password` is a PHC string, null when there is none.
    public record Credentials(AccountId account, @Nullable String password) {}

    public static void insert(Connection connection, Profile profile, String password, long nowMillis)
            throws SQLException {
        int unused = Sql.update(
                connection,
                "insert into accounts_account (id, handle, display_name, password, created_at) values (?, ?, ?, ?, ?)",
                profile.id().value(),
                profile.handle(),
                profile.displayName(),
                password,
                nowMillis);
    }

    public static Optional<Profile> byHandle(Connection connection, String handle) throws SQLException {
        return Sql.first(
                connection,
                "select id, handle, display_name from accounts_account where handle = ?",
                AccountRows::profile,
                handle);
    }

    public static Optional<Profile> byId(Connection connection, AccountId id) throws SQLException {
        return Sql.first(
                connection,
                "select id, handle, display_name from accounts_account where id = ?",
                AccountRows::profile,
                id.value());
    }

    public static List<Profile> byIds(Connection connection, List<AccountId> ids) throws SQLException {
        return Sql.query(
                connection,
                "select id, handle, display_name from accounts_account where id in (" + Sql.repeated("?", ids.size())
                        + ")",
                AccountRows::profile,
                ids.stream().map(AccountId::value).toArray());
    }

    public static Optional<Credentials> credentials(Connection connection, String handle) throws SQLException {
        return Sql.first(
                connection,
                "select id, password from accounts_account where handle = ?",
                row -> new Credentials(new AccountId(row.getLong(1)), row.getString(2)),
                handle);
    }

    public static Optional<Credentials> credentials(Connection connection, AccountId account) throws SQLException {
        return Sql.first(
                connection,
                "select id, password from accounts_account where id = ?",
                row -> new Credentials(new AccountId(row.getLong(1)), row.getString(2)),
                account.value());
    }

    /// Takes the lock that sign-ins, changes of the password, bans and signing out everywhere share, and
    /// reads the password under it. Empty when there is no such account.
    public static Optional<Credentials> lock(Connection connection, AccountId account) throws SQLException {
        return Sql.first(
                connection,
                "select id, password from accounts_account where id = ? for update",
                row -> new Credentials(new AccountId(row.getLong(1)), row.getString(2)),
                account.value());
    }

    public static void password(Connection connection, AccountId account, String password) throws SQLException {
        int unused = Sql.update(
                connection, "update accounts_account set password = ? where id = ?", password, account.value());
    }

    public static void displayName(Connection connection, AccountId account, String name) throws SQLException {
        int unused = Sql.update(
                connection, "update accounts_account set display_name = ? where id = ?", name, account.value());
    }

    public static void deleteLocked(Connection connection, AccountId account) throws SQLException {
        int unused = Sql.update(connection, "delete from accounts_account where id = ?", account.value());
    }

    static Profile profile(ResultSet row) throws SQLException {
        return new Profile(new AccountId(row.getLong(1)), row.getString(2), row.getString(3));
    }
}
