package parley.accounts.internal.token;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.accounts.Tokens.RefreshResult;
import parley.accounts.internal.store.AuditRows;
import parley.accounts.internal.store.BanRows;
import parley.accounts.internal.store.DeviceRows;
import parley.accounts.internal.store.DeviceRows.Gone;
import parley.accounts.internal.store.DeviceRows.Locked;
import parley.kernel.Database;
import parley.kernel.Secret;

/// New tokens for a refresh token. Thread-safe.
final class Refreshes {
    private final Database database;
    private final InstantSource clock;
    private final Grants grants;
    private final SignOuts signOuts;
    private final AuditRows audit;

    Refreshes(Database database, InstantSource clock, Grants grants, SignOuts signOuts, AuditRows audit) {
        this.database = database;
        this.clock = clock;
        this.grants = grants;
        this.signOuts = signOuts;
        this.audit = audit;
    }

    RefreshResult refresh(Secret text) {
        Optional<RefreshToken> token = RefreshToken.parse(text);
        if (token.isEmpty()) {
            return new RefreshResult.Refused();
        }
        Outcome outcome = database.transact(connection -> use(connection, token.get()));
        if (outcome.device() != null) {
            signOuts.committed(outcome.device().account(), outcome.gone());
        }
        return outcome.grant() == null ? outcome.refusal() : grants.tokens(outcome.grant());
    }

    /// What the transaction did: a grant, or else a refusal, with which a device may be gone.
    private record Outcome(
            Grants.@Nullable Grant grant,
            RefreshResult refusal,
            @Nullable Locked device,
            List<Gone> gone) {
        static Outcome refused(RefreshResult refusal) {
            return new Outcome(null, refusal, null, List.of());
        }
    }

    private Outcome use(Connection connection, RefreshToken token) throws SQLException {
        Instant now = clock.instant();
        long millis = now.toEpochMilli();
        Optional<Locked> found = DeviceRows.lockByFamily(connection, token.familyHash(), token.latestHash());
        if (found.isEmpty() || found.get().isSignedOut()) {
            return Outcome.refused(new RefreshResult.Refused());
        }
        Locked device = found.get();
        if (!device.isLatest()) {
            audit.add(
                    connection,
                    millis,
                    "system",
                    "refresh-token-reused",
                    "account:" + device.account(),
                    "device " + device.device() + " signed out");
            List<Gone> gone = signOuts.one(connection, device.account(), device.device(), millis);
            return new Outcome(null, new RefreshResult.Refused(), device, gone);
        }
        if (device.refreshUntil() <= millis) {
            return Outcome.refused(new RefreshResult.Refused());
        }
        if (BanRows.inForce(connection, device.account(), millis).isPresent()) {
            return Outcome.refused(new RefreshResult.Banned());
        }
        Grants.Grant grant = grants.renew(connection, device.account(), device.device(), token, now);
        return new Outcome(grant, new RefreshResult.Refused(), null, List.of());
    }
}
