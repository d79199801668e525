package parley.accounts.internal.account;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.accounts.Accounts.PasswordResult;
import parley.accounts.InvalidField;
import parley.accounts.internal.limit.AttemptWindows;
import parley.accounts.internal.password.PasswordHasher;
import parley.accounts.internal.store.AccountRows;
import parley.accounts.internal.store.AccountRows.Credentials;
import parley.accounts.internal.store.DeviceRows.Gone;
import parley.accounts.internal.token.TokenService;
import parley.kernel.AccountId;
import parley.kernel.Database;
import parley.kernel.DeviceId;
import parley.kernel.Secret;

/// Making and changing passwords. Thread-safe.
public final class Passwords {
    static final Duration RETRY_AFTER = PasswordHasher.RETRY_AFTER;

    private static final int DEVICES_COUNTED_MAX = 100_000;

    private final TokenService.Ground ground;
    private final PasswordHasher hasher;
    private final TokenService tokens;
    private final AttemptWindows attempts;

    public Passwords(
            TokenService.Ground ground, PasswordHasher hasher, TokenService tokens, int failuresMax, Duration window) {
        this.ground = ground;
        this.hasher = hasher;
        this.tokens = tokens;
        this.attempts = new AttemptWindows(failuresMax, window, true, DEVICES_COUNTED_MAX);
    }

    /// Empty when too many wait.
    Optional<String> hash(Secret password) {
        return hasher.hash(password);
    }

    PasswordResult change(AccountId me, DeviceId device, Secret current, Secret replacement) {
        List<InvalidField> broken = Rules.broken(Rules.password("new", replacement));
        if (!broken.isEmpty()) {
            return new PasswordResult.Invalid(broken);
        }
        Duration wait = attempts.begin(device.toString(), ground.clock().millis());
        if (wait != null) {
            return new PasswordResult.TooManyAttempts(wait);
        }
        PasswordResult result = null;
        try {
            result = withinLimits(me, device, current, replacement);
            return result;
        } finally {
            attempts.end(device.toString(), ground.clock().millis(), result instanceof PasswordResult.Wrong);
        }
    }

    private PasswordResult withinLimits(AccountId me, DeviceId device, Secret current, Secret replacement) {
        Database database = ground.database();
        String phc = database.read(connection -> AccountRows.credentials(connection, me))
                .map(Credentials::password)
                .orElse(null);
        Optional<PasswordHasher.Check> check = hasher.check(current, phc);
        if (check.isEmpty()) {
            return new PasswordResult.Busy(RETRY_AFTER);
        }
        if (phc == null || !check.get().matches()) {
            return new PasswordResult.Wrong();
        }
        Optional<String> made = hasher.hash(replacement);
        if (made.isEmpty()) {
            return new PasswordResult.Busy(RETRY_AFTER);
        }
        @Nullable List<Gone> gone = database.transact(connection -> store(connection, me, device, phc, made.get()));
        if (gone == null) {
            return new PasswordResult.Wrong();
        }
        tokens.signOuts().committed(me, gone);
        return new PasswordResult.Changed();
    }

    /// Null when the password was changed while the old one was being checked.
    private @Nullable List<Gone> store(
            Connection connection, AccountId me, DeviceId device, String checked, String replacement)
            throws SQLException {
        Optional<Credentials> locked = AccountRows.lock(connection, me);
        if (locked.isEmpty() || !Objects.equals(locked.get().password(), checked)) {
            return null;
        }
        AccountRows.password(connection, me, replacement);
        return tokens.signOuts().others(connection, me, device, ground.clock().millis());
    }
}
