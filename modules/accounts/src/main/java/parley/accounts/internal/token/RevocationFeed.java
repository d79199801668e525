package parley.accounts.internal.token;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import parley.accounts.Revocations;
import parley.accounts.internal.store.BanRows;
import parley.accounts.internal.store.OrderRows;
import parley.accounts.internal.store.OrderRows.Order;
import parley.accounts.internal.store.Sql;
import parley.accounts.internal.token.TokenService.Ground;
import parley.kernel.AccountId;
import parley.kernel.Database;
import parley.kernel.DeviceId;

/// Keeps the revocation set true to the database, whichever node wrote it, by reading what changed since
/// the last success less an overlap, on the database's clock: a transaction may commit later than its
/// `changed_at`. One thread polls.
final class RevocationFeed {
    /// Longer than nearly every transaction; rows within it are told to the sessions again at each poll.
    private static final Duration OVERLAP = Duration.ofSeconds(3);

    /// Longer than any transaction.
    private static final Duration WIDE_OVERLAP = Duration.ofMinutes(10);

    /// Nothing is forgotten earlier than so long after its end: this node's clock may go ahead for a while.
    private static final long CLOCK_MARGIN_MILLIS = Duration.ofHours(3).toMillis();

    private final Database database;
    private final InstantSource clock;
    private final RevocationSet revoked;
    private final Revocations sessions;
    private final OrderDesk orders;

    /// Database time of the last successful poll. Written by the polling thread.
    private volatile long readUntil;

    /// This node's time of the last successful poll, for health.
    private volatile long successAt;

    private RevocationFeed(
            Ground ground, RevocationSet revoked, Revocations sessions, OrderDesk orders, long readUntil) {
        this.database = ground.database();
        this.clock = ground.clock();
        this.revoked = revoked;
        this.sessions = sessions;
        this.orders = orders;
        this.readUntil = readUntil;
        this.successAt = clock.millis();
    }

    /// Reads all that is in force now; sessions are not told, there are none yet.
    static RevocationFeed open(Ground ground, RevocationSet revoked, Revocations sessions) {
        Database database = ground.database();
        InstantSource clock = ground.clock();
        return database.read(connection -> {
            long now = databaseMillis(connection, database);
            for (SignedOut row : signedOut(connection, 0)) {
                boolean unused = revoked.signOut(row.device().value(), row.until());
            }
            for (BanRows.Changed row : BanRows.changed(connection, 0)) {
                boolean unused = !row.isLifted() && revoked.ban(row.account().value(), row.untilMillis());
            }
            revoked.forgetUntil(clock.millis() - CLOCK_MARGIN_MILLIS);
            OrderDesk orders = new OrderDesk(ground, OrderRows.since(connection, 0));
            return new RevocationFeed(ground, revoked, sessions, orders, now);
        });
    }

    /// What operators want done, which is read along.
    OrderDesk orders() {
        return orders;
    }

    /// Reads what changed lately. Blocks for three statements, and one more where orders are obeyed.
    void poll() {
        pollSince(OVERLAP, true);
    }

    /// Reads what changed in the last ten minutes, for what a slow transaction committed late.
    void pollWide() {
        pollSince(WIDE_OVERLAP, false);
    }

    /// Time since the last success, by this node's clock; a clock that was set since says more than it was.
    Duration age() {
        return Duration.ofMillis(Math.abs(clock.millis() - successAt));
    }

    private void pollSince(Duration overlap, boolean tellAgain) {
        List<Order> ordered = new ArrayList<>();
        long now = database.read(connection -> {
            long start = databaseMillis(connection, database);
            // The database's clock may have been set back since the last poll.
            long since = Math.min(readUntil, start) - overlap.toMillis();
            for (SignedOut row : signedOut(connection, since)) {
                if (revoked.signOut(row.device().value(), row.until()) || tellAgain) {
                    sessions.signedOut(row.account(), List.of(row.device()));
                }
            }
            for (BanRows.Changed row : BanRows.changed(connection, since)) {
                apply(row, tellAgain);
            }
            ordered.addAll(orders.read(connection, since));
            return start;
        });
        orders.carryOut(ordered);
        readUntil = now;
        successAt = clock.millis();
        revoked.forgetUntil(clock.millis() - CLOCK_MARGIN_MILLIS);
    }

    private void apply(BanRows.Changed row, boolean tellAgain) {
        if (row.isLifted()) {
            revoked.unban(row.account().value());
        } else if (row.untilMillis() > clock.millis()
                && (revoked.ban(row.account().value(), row.untilMillis()) || tellAgain)) {
            sessions.banned(row.account());
        }
    }

    private record SignedOut(AccountId account, DeviceId device, long until) {}

    private static List<SignedOut> signedOut(Connection connection, long sinceMillis) throws SQLException {
        return Sql.query(
                connection,
                "select account, device, until_at from accounts_revocation where changed_at >= ?",
                row -> new SignedOut(new AccountId(row.getLong(1)), new DeviceId(row.getLong(2)), row.getLong(3)),
                sinceMillis);
    }

    private static long databaseMillis(Connection connection, Database database) throws SQLException {
        return Sql.query(connection, "select " + database.dialect().nowMillis(), row -> row.getLong(1))
                .getFirst();
    }
}
