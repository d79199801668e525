package parley.accounts.internal.account;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import parley.accounts.Accounts;
import parley.accounts.Device;
import parley.accounts.InvalidField;
import parley.accounts.Profile;
import parley.accounts.internal.store.AccountRows;
import parley.accounts.internal.store.DeviceRows;
import parley.accounts.internal.token.TokenService;
import parley.kernel.AccountId;
import parley.kernel.Database;
import parley.kernel.DeviceId;
import parley.kernel.Probe;
import parley.kernel.Secret;

/// Accounts in the database. Thread-safe.
public final class SqlAccounts implements Accounts {
    private static final int DEVICES_LISTED_MAX = 1_000;
    private static final int PROFILES_MAX = 10_000;

    private final TokenService.Ground ground;
    private final Database database;
    private final InstantSource clock;
    private final TokenService tokens;
    private final Passwords passwords;
    private final Profiles profiles;
    private final boolean isOpen;

    public SqlAccounts(
            TokenService.Ground ground, TokenService tokens, Passwords passwords, int profilesMax, boolean signUpOpen) {
        this.ground = ground;
        this.database = ground.database();
        this.clock = ground.clock();
        this.tokens = tokens;
        this.passwords = passwords;
        this.profiles = new Profiles(database, clock, profilesMax);
        this.isOpen = signUpOpen;
    }

    @Override
    public SignUpResult signUp(String handle, String displayName, Secret password) {
        SignUpResult result = isOpen ? signUpOpen(handle, displayName, password) : new SignUpResult.Closed();
        count(ground.metrics(), result);
        return result;
    }

    private SignUpResult signUpOpen(String handle, String displayName, Secret password) {
        List<InvalidField> broken = Rules.broken(
                Rules.handle("handle", handle),
                Rules.name("displayName", displayName),
                Rules.password("password", password));
        if (!broken.isEmpty()) {
            return new SignUpResult.Invalid(broken);
        }
        if (find(handle).isPresent()) {
            return new SignUpResult.HandleTaken();
        }
        Optional<String> phc = passwords.hash(password);
        if (phc.isEmpty()) {
            return new SignUpResult.Busy(Passwords.RETRY_AFTER);
        }
        Profile profile = new Profile(new AccountId(ground.ids().next()), handle, displayName);
        boolean made = database.transact(connection -> insert(connection, profile, phc.get()));
        return made ? new SignUpResult.SignedUp(profile) : new SignUpResult.HandleTaken();
    }

    private boolean insert(Connection connection, Profile profile, String phc) throws SQLException {
        try {
            AccountRows.insert(connection, profile, phc, clock.millis());
            return true;
        } catch (SQLException fault) {
            if (Database.isDuplicateKey(fault)
                    && AccountRows.byHandle(connection, profile.handle()).isPresent()) {
                return false;
            }
            throw fault;
        }
    }

    @Override
    public Optional<Profile> find(String handle) {
        return Rules.isHandle(handle)
                ? database.read(connection -> AccountRows.byHandle(connection, handle))
                : Optional.empty();
    }

    @Override
    public Optional<Profile> profile(AccountId id) {
        return Optional.ofNullable(profiles.get(List.of(id)).get(id));
    }

    @Override
    public Map<AccountId, Profile> profiles(Collection<AccountId> ids) {
        if (ids.size() > PROFILES_MAX) {
            throw new IllegalArgumentException("at most " + PROFILES_MAX + " profiles at once");
        }
        return profiles.get(ids);
    }

    /// The account was deleted.
    public void forget(AccountId id) {
        profiles.forget(id);
    }

    @Override
    public RenameResult rename(AccountId me, String displayName) {
        List<InvalidField> broken = Rules.broken(Rules.name("displayName", displayName));
        if (!broken.isEmpty()) {
            return new RenameResult.Invalid(broken);
        }
        Profile renamed = database.transact(connection -> {
                    AccountRows.displayName(connection, me, displayName);
                    return AccountRows.byId(connection, me);
                })
                .orElseThrow(() -> new IllegalStateException("no account " + me));
        profiles.put(renamed);
        return new RenameResult.Renamed(renamed);
    }

    @Override
    public PasswordResult changePassword(AccountId me, DeviceId device, Secret current, Secret replacement) {
        return passwords.change(me, device, current, replacement);
    }

    @Override
    public List<Device> devices(AccountId me) {
        return database.read(connection -> DeviceRows.signedIn(connection, me, clock.millis(), DEVICES_LISTED_MAX));
    }

    @Override
    public boolean signOutDevice(AccountId me, DeviceId device) {
        tokens.signOuts().now(me, device);
        return database.read(connection -> DeviceRows.exists(connection, me, device));
    }

    @Override
    public List<Probe> probes() {
        return tokens.probes();
    }

    private static void count(MeterRegistry metrics, SignUpResult result) {
        Counter.builder("parley.accounts.sign.ups")
                .description("Sign-ups by result")
                .tag("result", result.getClass().getSimpleName().toLowerCase(Locale.ROOT))
                .register(metrics)
                .increment();
    }
}
