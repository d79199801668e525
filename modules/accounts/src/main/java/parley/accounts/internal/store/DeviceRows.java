package parley.accounts.internal.store;

import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.accounts.Device;
import parley.kernel.AccountId;
import parley.kernel.DeviceId;
import parley.kernel.Dialect;

/// `accounts_device`, `accounts_refresh` and `accounts_revocation`.
public final class DeviceRows {
    private static final int CHUNK = 500;

    private DeviceRows() {}

    /// A device to insert: times in milliseconds.
    public record NewDevice(
            DeviceId id, AccountId account, String name, long createdAt, long tokenUntil, long refreshUntil) {}

    /// A locked device. `isLatest`: the refresh token that was shown is the one to be used next.
    public record Locked(
            AccountId account, DeviceId device, boolean isSignedOut, long refreshUntil, boolean isLatest) {}

    /// A device that was just signed out and the end of its last access token.
    public record Gone(DeviceId device, long tokenUntil) {}

    public static void insert(Connection connection, List<NewDevice> devices) throws SQLException {
        for (List<NewDevice> chunk : chunks(devices)) {
            List<@Nullable Object> arguments = new ArrayList<>();
            for (NewDevice device : chunk) {
                arguments.addAll(List.of(
                        device.id().value(),
                        device.account().value(),
                        device.name(),
                        device.createdAt(),
                        device.createdAt(),
                        device.tokenUntil(),
                        device.refreshUntil()));
            }
            int unused = Sql.update(
                    connection,
                    "insert into accounts_device (id, account, name, created_at, seen_at, token_until, refresh_until)"
                            + " values " + Sql.repeated("(?, ?, ?, ?, ?, ?, ?)", chunk.size()),
                    arguments.toArray());
        }
    }

    public static void insertRefresh(
            Connection connection, AccountId account, DeviceId device, byte[] family, byte[] latest)
            throws SQLException {
        int unused = Sql.update(
                connection,
                "insert into accounts_refresh (device, account, family, latest, generation) values (?, ?, ?, ?, 1)",
                device.value(),
                account.value(),
                family,
                latest);
    }

    /// The device whose refresh tokens are of this family, locked against a refresh or sign-out beside
    /// this one. `latest`, of the token that was shown, is compared under the lock.
    public static Optional<Locked> lockByFamily(Connection connection, byte[] family, byte[] latest)
            throws SQLException {
        Optional<Long> device = Sql.first(
                connection, "select device from accounts_refresh where family = ?", row -> row.getLong(1), (Object)
                        family);
        return device.isEmpty() ? Optional.empty() : lock(connection, device.get(), latest);
    }

    private static Optional<Locked> lock(Connection connection, long device, byte[] latest) throws SQLException {
        Optional<Locked> locked = Sql.first(
                connection,
                "select account, id, signed_out_at, refresh_until from accounts_device where id = ? for update",
                row -> new Locked(
                        new AccountId(row.getLong(1)),
                        new DeviceId(row.getLong(2)),
                        Sql.nullableLong(row, 3) != null,
                        row.getLong(4),
                        false),
                device);
        boolean isLatest = Sql.first(
                        connection,
                        "select latest from accounts_refresh where device = ?",
                        row -> MessageDigest.isEqual(row.getBytes(1), latest),
                        device)
                .orElse(false);
        return locked.map(found ->
                new Locked(found.account(), found.device(), found.isSignedOut(), found.refreshUntil(), isLatest));
    }

    /// Stores that the device got new tokens.
    public static void renewed(
            Connection connection, DeviceId device, byte[] latest, long nowMillis, long tokenUntil, long refreshUntil)
            throws SQLException {
        int unused = Sql.update(
                connection,
                "update accounts_refresh set latest = ?, generation = generation + 1 where device = ?",
                latest,
                device.value());
        unused = Sql.update(
                connection,
                "update accounts_device set seen_at = ?, token_until = greatest(token_until, ?), refresh_until = ?"
                        + " where id = ?",
                nowMillis,
                tokenUntil,
                refreshUntil,
                device.value());
    }

    /// Devices that are signed in, newest first.
    public static List<Device> signedIn(Connection connection, AccountId account, long nowMillis, int limit)
            throws SQLException {
        return Sql.query(
                connection,
                "select id, name, created_at, seen_at from accounts_device"
                        + " where account = ? and signed_out_at is null and refresh_until > ?"
                        + " order by id desc limit ?",
                DeviceRows::device,
                account.value(),
                nowMillis,
                limit);
    }

    /// The signed-in devices beyond the `kept` most recently seen.
    public static List<Device> leastRecent(Connection connection, AccountId account, long nowMillis, int kept)
            throws SQLException {
        return Sql.query(
                connection,
                "select id, name, created_at, seen_at from accounts_device"
                        + " where account = ? and signed_out_at is null and refresh_until > ?"
                        + " order by seen_at desc, id desc limit 1000 offset ?",
                DeviceRows::device,
                account.value(),
                nowMillis,
                kept);
    }

    public static boolean exists(Connection connection, AccountId account, DeviceId device) throws SQLException {
        return Sql.first(
                        connection,
                        "select 1 from accounts_device where id = ? and account = ?",
                        row -> true,
                        device.value(),
                        account.value())
                .isPresent();
    }

    /// Locks those devices of `account` that are signed in: only `device`, or all but `device`, or all
    /// when it is null.
    public static List<Gone> lockSignedIn(
            Connection connection, AccountId account, @Nullable DeviceId device, boolean others) throws SQLException {
        String which = device == null ? "" : others ? " and id <> ?" : " and id = ?";
        Object[] arguments =
                device == null ? new Object[] {account.value()} : new Object[] {account.value(), device.value()};
        return Sql.query(
                connection,
                "select id, token_until from accounts_device where account = ? and signed_out_at is null" + which
                        + " order by id for update",
                row -> new Gone(new DeviceId(row.getLong(1)), row.getLong(2)),
                arguments);
    }

    /// Signs out devices that are locked. Their revocations stay until `leewayMillis` after their last
    /// tokens.
    public static void signOut(
            Connection connection,
            Dialect dialect,
            AccountId account,
            List<Gone> devices,
            long nowMillis,
            long leewayMillis)
            throws SQLException {
        for (List<Gone> chunk : chunks(devices)) {
            Object[] ids = chunk.stream().map(gone -> gone.device().value()).toArray();
            String in = " in (" + Sql.repeated("?", ids.length) + ")";
            List<@Nullable Object> update = new ArrayList<>(List.of(nowMillis));
            update.addAll(List.of(ids));
            int unused = Sql.update(
                    connection, "update accounts_device set signed_out_at = ? where id" + in, update.toArray());
            unused = Sql.update(connection, "delete from accounts_refresh where device" + in, ids);
            List<@Nullable Object> rows = new ArrayList<>();
            for (Gone gone : chunk) {
                rows.addAll(List.of(gone.device().value(), account.value(), gone.tokenUntil() + leewayMillis));
            }
            unused = Sql.update(
                    connection,
                    "insert into accounts_revocation (device, account, until_at, changed_at) values "
                            + Sql.repeated("(?, ?, ?, " + dialect.nowMillis() + ")", chunk.size()),
                    rows.toArray());
        }
    }

    /// Deletes up to `limit` devices of `account` with their refresh tokens; how many devices.
    public static int deleteSome(Connection connection, AccountId account, int limit) throws SQLException {
        Object[] ids = Sql.query(
                        connection,
                        "select id from accounts_device where account = ? order by id limit ?",
                        row -> row.getLong(1),
                        account.value(),
                        limit)
                .toArray();
        if (ids.length == 0) {
            return 0;
        }
        String in = " in (" + Sql.repeated("?", ids.length) + ")";
        int unused = Sql.update(connection, "delete from accounts_refresh where device" + in, ids);
        return Sql.update(connection, "delete from accounts_device where id" + in, ids);
    }

    private static Device device(ResultSet row) throws SQLException {
        return new Device(
                new DeviceId(row.getLong(1)),
                row.getString(2),
                Times.instant(row.getLong(3)),
                Times.instant(row.getLong(4)));
    }

    private static <T> List<List<T>> chunks(List<T> all) {
        List<List<T>> chunks = new ArrayList<>();
        for (int from = 0; from < all.size(); from += CHUNK) {
            chunks.add(all.subList(from, Math.min(all.size(), from + CHUNK)));
        }
        return chunks;
    }
}
