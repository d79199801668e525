package parley.accounts.internal.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import parley.accounts.Profile;
import parley.kernel.AccountId;

/// `accounts_block`.
public final class BlockRows {
    /// Most keys in one IN list.
    private static final int KEYS_MAX = 500;

    private BlockRows() {}

    public static boolean exists(Connection connection, AccountId account, AccountId blocked) throws SQLException {
        return Sql.first(
                        connection,
                        "select 1 from accounts_block where account = ? and blocked = ?",
                        row -> row.getInt(1),
                        account.value(),
                        blocked.value())
                .isPresent();
    }

    public static int count(Connection connection, AccountId account) throws SQLException {
        return Sql.first(
                        connection,
                        "select count(*) from accounts_block where account = ?",
                        row -> row.getInt(1),
                        account.value())
                .orElse(0);
    }

    public static void insert(Connection connection, AccountId account, AccountId blocked, long nowMillis)
            throws SQLException {
        int unused = Sql.update(
                connection,
                "insert into accounts_block (account, blocked, since) values (?, ?, ?)",
                account.value(),
                blocked.value(),
                nowMillis);
    }

    public static void delete(Connection connection, AccountId account, AccountId blocked) throws SQLException {
        int unused = Sql.update(
                connection,
                "delete from accounts_block where account = ? and blocked = ?",
                account.value(),
                blocked.value());
    }

    /// Deletes up to `limit` of the blocks that `account` made; how many.
    public static int deleteSome(Connection connection, AccountId account, int limit) throws SQLException {
        return Sql.update(connection, "delete from accounts_block where account = ? limit ?", account.value(), limit);
    }

    /// Those of `among` that block `whom`, by points of the primary key.
    public static Set<AccountId> blocking(Connection connection, AccountId whom, List<AccountId> among)
            throws SQLException {
        Set<AccountId> blocking = new HashSet<>();
        for (int from = 0; from < among.size(); from += KEYS_MAX) {
            List<Object> arguments = new ArrayList<>();
            arguments.add(whom.value());
            among.subList(from, Math.min(among.size(), from + KEYS_MAX)).forEach(one -> arguments.add(one.value()));
            blocking.addAll(Sql.query(
                    connection,
                    "select account from accounts_block where blocked = ? and account in ("
                            + Sql.repeated("?", arguments.size() - 1) + ")",
                    row -> new AccountId(row.getLong(1)),
                    arguments.toArray()));
        }
        return blocking;
    }

    public static List<Profile> page(Connection connection, AccountId account, long after, int limit)
            throws SQLException {
        return Sql.query(
                connection,
                "select a.id, a.handle, a.display_name from accounts_block b join accounts_account a on a.id = b.blocked"
                        + " where b.account = ? and b.blocked > ? order by b.blocked limit ?",
                AccountRows::profile,
                account.value(),
                after,
                limit);
    }
}
