package parley.accounts.internal.token;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import parley.accounts.internal.store.Sql;
import parley.kernel.Database;

/// The signing keys in the database and the ring of them that this node uses. A new key waits until
/// every node has read it before it signs, so checking a token never needs the database. Thread-safe.
public final class SigningKeys {
    private static final Duration HAND_OVER = Duration.ofMinutes(2);
    private static final Duration TOKEN_LIFETIME_MAX = Duration.ofHours(24);

    private final Database database;
    private final InstantSource clock;
    private volatile KeyRing ring;

    private SigningKeys(Database database, InstantSource clock, KeyRing ring) {
        this.database = database;
        this.clock = clock;
        this.ring = ring;
    }

    /// Reads the keys, making the first one where there is none; nodes that do so at once make one.
    public static SigningKeys open(Database database, InstantSource clock) {
        KeyRing ring = read(database, clock);
        while (ring.count() == 0) {
            insertFirst(database, clock);
            ring = read(database, clock);
        }
        return new SigningKeys(database, clock, ring);
    }

    KeyRing ring() {
        return ring;
    }

    /// Reads the keys again. Blocks for a statement.
    void reload() {
        KeyRing read = read(database, clock);
        if (read.count() > 0) {
            ring = read;
        }
    }

    /// Makes a key that signs from two minutes on; false when one is waiting already.
    public boolean rotate(Connection connection) throws SQLException {
        long now = clock.millis();
        long newest = Sql.query(
                        connection,
                        "select generation, signs_from from accounts_signing_key order by generation desc limit 1"
                                + " for update",
                        row -> row.getLong(2) > now ? 0L : row.getLong(1))
                .getFirst();
        if (newest == 0) {
            return false;
        }
        long signsFrom = now + HAND_OVER.toMillis();
        int unused = Sql.update(
                connection,
                "update accounts_signing_key set good_until = ? where good_until is null",
                signsFrom + TOKEN_LIFETIME_MAX.toMillis() + HAND_OVER.toMillis());
        insert(connection, SigningKey.generate(newest + 1, signsFrom), now);
        return true;
    }

    private static void insertFirst(Database database, InstantSource clock) {
        long now = clock.millis();
        SigningKey key = SigningKey.generate(1, now);
        boolean unused = database.transact(connection -> {
            try {
                insert(connection, key, now);
                return true;
            } catch (SQLException fault) {
                if (Database.isDuplicateKey(fault)) {
                    return false;
                }
                throw fault;
            }
        });
    }

    private static void insert(Connection connection, SigningKey key, long nowMillis) throws SQLException {
        int unused = Sql.update(
                connection,
                "insert into accounts_signing_key (generation, kid, public_key, private_key, created_at, signs_from)"
                        + " values (?, ?, ?, ?, ?, ?)",
                key.generation(),
                key.kid(),
                key.publicKey().getEncoded(),
                key.privateKey().getEncoded(),
                nowMillis,
                key.signsFrom());
    }

    private static KeyRing read(Database database, InstantSource clock) {
        long now = clock.millis();
        List<SigningKey> keys = database.read(connection -> Sql.query(
                connection,
                "select generation, public_key, private_key, signs_from, good_until from accounts_signing_key"
                        + " where good_until is null or good_until > ?",
                SigningKeys::key,
                now));
        return new KeyRing(keys);
    }

    private static SigningKey key(ResultSet row) throws SQLException {
        return SigningKey.decode(
                row.getLong(1), row.getBytes(2), row.getBytes(3), row.getLong(4), Sql.nullableLong(row, 5));
    }
}
