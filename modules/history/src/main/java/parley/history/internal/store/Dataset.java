package parley.history.internal.store;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import parley.kernel.Database;

/// The row of `history_dataset`: the epoch, and the key of the body MACs. Made by the first node that
/// starts; all others read it.
@SuppressWarnings("ArrayRecordComponent")
public record Dataset(String epoch, byte[] bodyMacKey) {
    private static final int EPOCH_BITS = 48;
    private static final int KEY_BYTES = 32;

    /// Reads the row, and makes it first when there is none. When several start at once, one row wins
    /// and all see it.
    public static Dataset open(Database database) {
        Optional<Dataset> found = database.read(Dataset::select);
        return found.orElseGet(() -> {
            SecureRandom random = new SecureRandom();
            byte[] key = new byte[KEY_BYTES];
            random.nextBytes(key);
            int unused = database.<Integer>transact(
                    connection -> insert(connection, database.dialect().nowMillis(), newEpoch(random), key));
            return database.read(Dataset::select).orElseThrow();
        });
    }

    /// Gives the data set a new epoch in place of `old`; false when it has another one already. The caller
    /// commits.
    public static boolean renew(Connection connection, String old) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update history_dataset set epoch = ? where id = 1 and epoch = ?")) {
            update.setString(1, newEpoch(new SecureRandom()));
            update.setString(2, old);
            return update.executeUpdate() == 1;
        }
    }

    private static String newEpoch(SecureRandom random) {
        return new BigInteger(EPOCH_BITS, random).setBit(EPOCH_BITS).toString(Character.MAX_RADIX);
    }

    private static Optional<Dataset> select(Connection connection) throws SQLException {
        try (PreparedStatement select =
                        connection.prepareStatement("select epoch, body_mac_key from history_dataset where id = 1");
                ResultSet row = select.executeQuery()) {
            return row.next() ? Optional.of(new Dataset(row.getString(1), row.getBytes(2))) : Optional.empty();
        }
    }

    private static int insert(Connection connection, String now, String epoch, byte[] key) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into history_dataset"
                + " (id, epoch, body_mac_key, created_at) values (1, ?, ?, " + now
                + ") on duplicate key update id = values(id)")) {
            insert.setString(1, epoch);
            insert.setBytes(2, key);
            return insert.executeUpdate();
        }
    }
}
