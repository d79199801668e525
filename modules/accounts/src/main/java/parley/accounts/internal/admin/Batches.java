package parley.accounts.internal.admin;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.accounts.Profile;
import parley.accounts.internal.store.Sql;
import parley.kernel.AccountId;

/// Accounts made in bulk for load tests. Stateless.
final class Batches {
    private static final int CHUNK = 500;

    private Batches() {}

    static void insert(Connection connection, String batch, List<Profile> profiles, long nowMillis)
            throws SQLException {
        for (int from = 0; from < profiles.size(); from += CHUNK) {
            List<Profile> chunk = profiles.subList(from, Math.min(profiles.size(), from + CHUNK));
            List<@Nullable Object> arguments = new ArrayList<>();
            for (Profile profile : chunk) {
                arguments.addAll(
                        List.of(profile.id().value(), profile.handle(), profile.displayName(), nowMillis, batch));
            }
            int unused = Sql.update(
                    connection,
                    "insert into accounts_account (id, handle, display_name, created_at, batch) values "
                            + Sql.repeated("(?, ?, ?, ?, ?)", chunk.size()),
                    arguments.toArray());
        }
    }

    static List<String> names(Connection connection) throws SQLException {
        return Sql.query(
                connection,
                "select distinct batch from accounts_account where batch is not null order by batch",
                row -> row.getString(1));
    }

    static List<AccountId> ids(Connection connection, String batch, long after, int limit) throws SQLException {
        return Sql.query(
                connection,
                "select id from accounts_account where batch = ? and id > ? order by id limit ?",
                row -> new AccountId(row.getLong(1)),
                batch,
                after,
                limit);
    }

    static void remove(Connection connection, List<AccountId> accounts) throws SQLException {
        for (int from = 0; from < accounts.size(); from += CHUNK) {
            Object[] ids = accounts.subList(from, Math.min(accounts.size(), from + CHUNK)).stream()
                    .map(AccountId::value)
                    .toArray();
            String in = " in (" + Sql.repeated("?", ids.length) + ")";
            int unused = Sql.update(
                    connection,
                    "delete from accounts_refresh where device in" + " (select id from accounts_device where account"
                            + in + ")",
                    ids);
            unused = Sql.update(connection, "delete from accounts_device where account" + in, ids);
            unused = Sql.update(connection, "delete from accounts_ban where account" + in, ids);
            unused = Sql.update(connection, "delete from accounts_seen where account" + in, ids);
            unused = Sql.update(connection, "delete from accounts_block where account" + in, ids);
            unused = Sql.update(connection, "delete from accounts_block where blocked" + in, ids);
            unused = Sql.update(connection, "delete from accounts_account where id" + in, ids);
        }
    }
}
