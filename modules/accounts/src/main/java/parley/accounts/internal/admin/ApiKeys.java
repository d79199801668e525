package parley.accounts.internal.admin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import parley.accounts.Administration.ApiKey;
import parley.accounts.internal.store.Sql;
import parley.accounts.internal.store.Times;
import parley.kernel.Database;
import parley.kernel.Secret;

/// `accounts_api_key`. A key is `parley_` and 256 random bits; its hash is stored. Stateless.
final class ApiKeys {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern SCOPE = Pattern.compile("[a-z0-9:_-]{1,64}");
    private static final String PREFIX = "parley_";
    private static final int KEY_BYTES = 32;
    private static final int CHARS_MAX = 100;
    private static final int SCOPES_MAX = 10;
    private static final int LISTED_MAX = 1_000;

    private ApiKeys() {}

    static Secret generate() {
        byte[] bytes = new byte[KEY_BYTES];
        RANDOM.nextBytes(bytes);
        return new Secret(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    static void requireScopes(Set<String> scopes) {
        if (scopes.isEmpty()
                || scopes.size() > SCOPES_MAX
                || !scopes.stream().allMatch(scope -> SCOPE.matcher(scope).matches())) {
            throw new IllegalArgumentException("scopes: 1 to 10 of a-z 0-9 : _ -");
        }
    }

    /// False when the name is taken.
    static boolean insert(Connection connection, ApiKey key, Secret text) throws SQLException {
        try {
            int unused = Sql.update(
                    connection,
                    "insert into accounts_api_key (name, hash, scopes, created_at) values (?, ?, ?, ?)",
                    key.name(),
                    hash(text),
                    String.join(" ", new TreeSet<>(key.scopes())),
                    key.createdAt().toEpochMilli());
            return true;
        } catch (SQLException fault) {
            if (Database.isDuplicateKey(fault)) {
                return false;
            }
            throw fault;
        }
    }

    static Optional<ApiKey> find(Connection connection, Secret text) throws SQLException {
        if (text.reveal().length() > CHARS_MAX) {
            return Optional.empty();
        }
        return Sql.first(
                connection,
                "select name, scopes, created_at from accounts_api_key where hash = ?",
                ApiKeys::key,
                (Object) hash(text));
    }

    static List<ApiKey> list(Connection connection) throws SQLException {
        return Sql.query(
                connection,
                "select name, scopes, created_at from accounts_api_key order by name limit " + LISTED_MAX,
                ApiKeys::key);
    }

    static boolean delete(Connection connection, String name) throws SQLException {
        return Sql.update(connection, "delete from accounts_api_key where name = ?", name) > 0;
    }

    private static ApiKey key(ResultSet row) throws SQLException {
        return new ApiKey(row.getString(1), Set.of(row.getString(2).split(" ")), Times.instant(row.getLong(3)));
    }

    static byte[] hash(Secret text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.reveal().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException broken) {
            throw new IllegalStateException("every JDK has SHA-256", broken);
        }
    }
}
