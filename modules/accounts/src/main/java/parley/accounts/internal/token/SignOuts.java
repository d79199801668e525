package parley.accounts.internal.token;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.accounts.Revocations;
import parley.accounts.internal.store.DeviceRows;
import parley.accounts.internal.store.DeviceRows.Gone;
import parley.accounts.internal.store.Times;
import parley.accounts.internal.token.TokenService.Ground;
import parley.kernel.AccountId;
import parley.kernel.Database;
import parley.kernel.DeviceId;

/// Signs devices out: first the rows, in the caller's transaction, then, after the commit, this node's
/// memory, the sessions, and the other nodes. Thread-safe.
public final class SignOuts {
    private final Database database;
    private final InstantSource clock;
    private final RevocationSet revoked;
    private final Revocations sessions;
    private final OrderDesk orders;

    SignOuts(Ground ground, RevocationSet revoked, Revocations sessions, OrderDesk orders) {
        this.database = ground.database();
        this.clock = ground.clock();
        this.revoked = revoked;
        this.sessions = sessions;
        this.orders = orders;
    }

    /// Signs one device out, in a transaction of its own.
    public void now(AccountId account, DeviceId device) {
        committed(account, database.transact(connection -> one(connection, account, device, clock.millis())));
    }

    /// One device; empty when it is not signed in.
    public List<Gone> one(Connection connection, AccountId account, DeviceId device, long nowMillis)
            throws SQLException {
        return store(connection, account, DeviceRows.lockSignedIn(connection, account, device, false), nowMillis);
    }

    /// All devices of the account but `kept`.
    public List<Gone> others(Connection connection, AccountId account, @Nullable DeviceId kept, long nowMillis)
            throws SQLException {
        return store(connection, account, DeviceRows.lockSignedIn(connection, account, kept, true), nowMillis);
    }

    /// To be called after the commit with what the calls above answered.
    public void committed(AccountId account, List<Gone> devices) {
        if (devices.isEmpty()) {
            return;
        }
        devices.forEach(gone -> {
            boolean unused = revoked.signOut(gone.device().value(), gone.tokenUntil() + AccessTokens.LEEWAY.toMillis());
        });
        sessions.signedOut(account, devices.stream().map(Gone::device).toList());
        orders.committed();
    }

    /// To be called after the commit of a ban; `untilMillis` null = for good.
    public void banned(AccountId account, @Nullable Long untilMillis) {
        boolean unused = revoked.ban(account.value(), untilMillis == null ? Times.NEVER : untilMillis);
        sessions.banned(account);
        orders.committed();
    }

    /// To be called after the commit of the end of a ban.
    public void unbanned(AccountId account) {
        revoked.unban(account.value());
        orders.committed();
    }

    private List<Gone> store(Connection connection, AccountId account, List<Gone> devices, long nowMillis)
            throws SQLException {
        DeviceRows.signOut(connection, database.dialect(), account, devices, nowMillis, AccessTokens.LEEWAY.toMillis());
        return devices;
    }
}
