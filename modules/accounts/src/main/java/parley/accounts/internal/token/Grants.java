package parley.accounts.internal.token;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import parley.accounts.Tokens.SignedIn;
import parley.accounts.internal.store.DeviceRows;
import parley.accounts.internal.store.DeviceRows.NewDevice;
import parley.kernel.AccountId;
import parley.kernel.DeviceId;
import parley.kernel.IdSource;

/// Gives devices their tokens: the rows in the caller's transaction, the text after it. Thread-safe.
final class Grants {
    private final IdSource ids;
    private final Verifier verifier;
    private final Duration accessLifetime;
    private final Duration refreshLifetime;

    Grants(IdSource ids, Verifier verifier, Duration accessLifetime, Duration refreshLifetime) {
        this.ids = ids;
        this.verifier = verifier;
        this.accessLifetime = accessLifetime;
        this.refreshLifetime = refreshLifetime;
    }

    /// Rights that are stored and become tokens once they are committed.
    record Grant(AccountId account, DeviceId device, RefreshToken refresh, Instant now) {}

    /// A new device, stored.
    Grant begin(Connection connection, AccountId account, String deviceName, Instant now) throws SQLException {
        Grant grant = new Grant(account, new DeviceId(ids.next()), RefreshToken.begin(), now);
        long millis = now.toEpochMilli();
        DeviceRows.insert(
                connection,
                List.of(new NewDevice(
                        grant.device(),
                        account,
                        deviceName,
                        millis,
                        millis + accessLifetime.toMillis(),
                        millis + refreshLifetime.toMillis())));
        DeviceRows.insertRefresh(
                connection,
                account,
                grant.device(),
                grant.refresh().familyHash(),
                grant.refresh().latestHash());
        return grant;
    }

    /// The next tokens of a device that the caller has locked, stored.
    Grant renew(Connection connection, AccountId account, DeviceId device, RefreshToken used, Instant now)
            throws SQLException {
        Grant grant = new Grant(account, device, used.next(), now);
        long millis = now.toEpochMilli();
        DeviceRows.renewed(
                connection,
                device,
                grant.refresh().latestHash(),
                millis,
                millis + accessLifetime.toMillis(),
                millis + refreshLifetime.toMillis());
        return grant;
    }

    SignedIn tokens(Grant committed) {
        return new SignedIn(
                committed.account(),
                committed.device(),
                verifier.issue(committed.account(), committed.device(), committed.now(), accessLifetime),
                accessLifetime,
                committed.refresh().text());
    }
}
