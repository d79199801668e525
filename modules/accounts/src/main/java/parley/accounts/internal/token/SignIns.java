package parley.accounts.internal.token;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.accounts.Device;
import parley.accounts.InvalidField;
import parley.accounts.Tokens.SignInResult;
import parley.accounts.internal.account.Rules;
import parley.accounts.internal.limit.SignInLimits;
import parley.accounts.internal.password.PasswordHasher;
import parley.accounts.internal.store.AccountRows;
import parley.accounts.internal.store.AccountRows.Credentials;
import parley.accounts.internal.store.BanRows;
import parley.accounts.internal.store.DeviceRows;
import parley.accounts.internal.store.DeviceRows.Gone;
import parley.kernel.AccountId;
import parley.kernel.Database;
import parley.kernel.Secret;

/// Signing in by password. Thread-safe.
final class SignIns {
    /// Signed-in devices of one account; a further one signs out the one that was not seen for longest.
    static final int DEVICES_MAX = 100;

    private final Database database;
    private final InstantSource clock;
    private final PasswordHasher hasher;
    private final SignInLimits limits;
    private final Grants grants;
    private final SignOuts signOuts;

    SignIns(
            Database database,
            InstantSource clock,
            PasswordHasher hasher,
            SignInLimits limits,
            Grants grants,
            SignOuts signOuts) {
        this.database = database;
        this.clock = clock;
        this.hasher = hasher;
        this.limits = limits;
        this.grants = grants;
        this.signOuts = signOuts;
    }

    SignInResult signIn(String handle, Secret password, String deviceName, String clientAddress) {
        List<InvalidField> broken = Rules.broken(Rules.name("device", deviceName));
        if (!broken.isEmpty()) {
            return new SignInResult.Invalid(broken);
        }
        String known = Rules.isHandle(handle) ? handle : null;
        Duration wait = limits.begin(known, clientAddress, clock.millis());
        if (wait != null) {
            return new SignInResult.TooManyAttempts(wait);
        }
        SignInResult result = null;
        try {
            result = withinLimits(known, password, deviceName);
            return result;
        } finally {
            limits.end(known, clientAddress, clock.millis(), result instanceof SignInResult.Wrong);
        }
    }

    private SignInResult withinLimits(@Nullable String handle, Secret password, String deviceName) {
        // Text that can be no handle asks for one that is too long to exist, so that it costs the same.
        String asked = handle == null ? "-" : handle;
        Optional<Credentials> credentials = database.read(connection -> AccountRows.credentials(connection, asked));
        String phc = credentials.map(Credentials::password).orElse(null);
        Optional<PasswordHasher.Check> check = hasher.check(password, phc);
        if (check.isEmpty()) {
            return new SignInResult.Busy(PasswordHasher.RETRY_AFTER);
        }
        if (credentials.isEmpty() || phc == null || !check.get().matches()) {
            return new SignInResult.Wrong();
        }
        AccountId account = credentials.get().account();
        String renewed = check.get().renewed();
        Outcome outcome = database.transact(connection -> store(connection, account, phc, renewed, deviceName));
        signOuts.committed(account, outcome.gone());
        return outcome.grant() == null ? outcome.refusal() : grants.tokens(outcome.grant());
    }

    /// What the transaction did: a grant, or else a refusal.
    private record Outcome(Grants.@Nullable Grant grant, SignInResult refusal, List<Gone> gone) {
        static Outcome refused(SignInResult refusal) {
            return new Outcome(null, refusal, List.of());
        }
    }

    private Outcome store(
            Connection connection, AccountId account, String phc, @Nullable String renewed, String deviceName)
            throws SQLException {
        Optional<Credentials> locked = AccountRows.lock(connection, account);
        if (locked.isEmpty() || !Objects.equals(locked.get().password(), phc)) {
            // Changed while it was being checked.
            return Outcome.refused(new SignInResult.Wrong());
        }
        Instant now = clock.instant();
        if (BanRows.inForce(connection, account, now.toEpochMilli()).isPresent()) {
            return Outcome.refused(new SignInResult.Banned());
        }
        if (renewed != null) {
            AccountRows.password(connection, account, renewed);
        }
        List<Gone> gone = makeRoom(connection, account, now.toEpochMilli());
        Grants.Grant grant = grants.begin(connection, account, deviceName, now);
        return new Outcome(grant, new SignInResult.Wrong(), gone);
    }

    private List<Gone> makeRoom(Connection connection, AccountId account, long nowMillis) throws SQLException {
        List<Device> devices = DeviceRows.leastRecent(connection, account, nowMillis, DEVICES_MAX - 1);
        List<Gone> gone = new ArrayList<>();
        for (Device device : devices) {
            gone.addAll(signOuts.one(connection, account, device.id(), nowMillis));
        }
        return gone;
    }
}
