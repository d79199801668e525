package parley.accounts;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import parley.accounts.wiring.AccountsConfig;
import parley.accounts.wiring.AccountsModule;
import parley.kernel.Database;
import parley.kernel.IdSource;
import parley.kernel.Secret;

/// The module as one node runs it, with a clock that tests move, and short words for what tests do
/// often.
public final class AccountsNode implements AutoCloseable {
    public static final Secret PASSWORD = new Secret("correct horse battery");
    public static final String ADDRESS = "192.0.2.1";

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final MovingClock clock = new MovingClock();
    private final RecordedRevocations revocations = new RecordedRevocations();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final AccountsModule module;

    public AccountsNode(Database database) {
        this(database, AccountsConfig.defaults());
    }

    public AccountsNode(Database database, AccountsConfig config) {
        module = AccountsModule.create(database, config, new IdSource(clock), clock, revocations, metrics);
    }

    public Accounts accounts() {
        return module.accounts();
    }

    public Tokens tokens() {
        return module.tokens();
    }

    public Administration administration() {
        return module.administration();
    }

    public LastSeen lastSeen() {
        return module.lastSeen();
    }

    public Deletions deletions() {
        return module.deletions();
    }

    public Orders orders() {
        return module.orders();
    }

    public Blocks blocks() {
        return module.blocks();
    }

    public MovingClock clock() {
        return clock;
    }

    public RecordedRevocations revocations() {
        return revocations;
    }

    public SimpleMeterRegistry metrics() {
        return metrics;
    }

    /// A handle that no other test has.
    public static String newHandle() {
        return "person_" + COUNT.incrementAndGet();
    }

    /// A new person with [#PASSWORD].
    public Profile signUp() {
        Accounts.SignUpResult result = accounts().signUp(newHandle(), "Anna", PASSWORD);
        if (result instanceof Accounts.SignUpResult.SignedUp made) {
            return made.profile();
        }
        throw new AssertionError(result);
    }

    public Tokens.SignInResult signIn(Profile person, Secret password) {
        return tokens().signIn(person.handle(), password, "phone", ADDRESS);
    }

    public Tokens.SignedIn signIn(Profile person) {
        if (signIn(person, PASSWORD) instanceof Tokens.SignedIn done) {
            return done;
        }
        throw new AssertionError("not signed in: " + person);
    }

    public Tokens.VerifyResult verify(Tokens.SignedIn device) {
        return tokens().verify(device.accessToken().reveal());
    }

    @Override
    public void close() {
        module.close();
    }
}
