package parley.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import parley.accounts.Accounts.PasswordResult;
import parley.accounts.Accounts.RenameResult;
import parley.accounts.Accounts.SignUpResult;
import parley.accounts.Tokens.SignInResult;
import parley.accounts.Tokens.SignedIn;
import parley.accounts.Tokens.VerifyResult;
import parley.accounts.wiring.AccountsConfig;
import parley.kernel.AccountId;
import parley.kernel.Database;
import parley.kernel.DeviceId;
import parley.kernel.Secret;
import parley.testkit.EachEngine;
import parley.testkit.TestDatabase;

@EachEngine("accounts")
final class AccountsIT {
    private static final Secret OTHER_PASSWORD = new Secret("another long password");

    private final Database database;
    private AccountsNode node;

    AccountsIT(TestDatabase database) {
        this.database = database.database();
    }

    @BeforeEach
    void start() {
        node = new AccountsNode(database);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void whoSignedUpIsFoundByHandleAndId() {
        // Promise: what was answered is committed and found, by exact handle and by id.
        Profile made = node.signUp();

        assertEquals(Optional.of(made), node.accounts().find(made.handle()));
        assertEquals(Optional.of(made), node.accounts().profile(made.id()));
        assertEquals(Optional.empty(), node.accounts().find(made.handle() + "x"));
        assertEquals(Optional.empty(), node.accounts().find("No Handle"));
    }

    @Test
    void aHandleBelongsToOneAccountEvenWhenRaced() throws Exception {
        // Promise: two sign-ups with one handle at the same time make one account.
        String handle = AccountsNode.newHandle();
        List<SignUpResult> results = new ArrayList<>();
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<SignUpResult>> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(people.submit(() -> node.accounts().signUp(handle, "Anna", AccountsNode.PASSWORD)));
            }
            for (Future<SignUpResult> call : calls) {
                results.add(call.get());
            }
        }

        assertEquals(
                1,
                results.stream().filter(SignUpResult.SignedUp.class::isInstance).count());
        assertEquals(
                7,
                results.stream()
                        .filter(SignUpResult.HandleTaken.class::isInstance)
                        .count());
    }

    @Test
    void aBrokenSignUpNamesEachFieldAndMakesNothing() {
        // Promise: refused input names field, rule and value, and never repeats a password.
        SignUpResult result = node.accounts().signUp("Bad Handle", "a\u0000b", new Secret("short"));

        List<InvalidField> fields =
                assertInstanceOf(SignUpResult.Invalid.class, result).fields();
        assertEquals(
                List.of("handle", "displayName", "password"),
                fields.stream().map(InvalidField::field).toList());
        assertEquals("Bad Handle", fields.getFirst().value());
        assertEquals(null, fields.getLast().value());
    }

    @Test
    void aClosedServerTakesNoSignUps() {
        // Promise: `accounts.sign-up: closed` refuses sign-ups, whatever they say.
        AccountsConfig open = AccountsConfig.defaults();
        AccountsConfig closed = new AccountsConfig(
                false,
                open.issuer(),
                open.accessTokenLifetime(),
                open.refreshTokenLifetime(),
                open.hashThreads(),
                open.hashQueueMax(),
                open.attemptsPerHandle(),
                open.attemptsPerAddress(),
                open.attemptWindow(),
                open.verifiedTokensMax(),
                open.cachedProfilesMax(),
                open.blockedMax());
        try (AccountsNode other = new AccountsNode(database, closed)) {
            String handle = AccountsNode.newHandle();

            assertInstanceOf(SignUpResult.Closed.class, other.accounts().signUp(handle, "Anna", AccountsNode.PASSWORD));
            assertEquals(Optional.empty(), other.accounts().find(handle));
        }
    }

    @Test
    void namesOfEveryScriptComeBackAsTheyWere() {
        // Promise: a display name is any 64 characters without control characters, kept as given.
        String name = "\uD83D\uDC69\u200D\uD83D\uDE80 \u0410\u043D\u043D\u0430 \u5B89\u5A1C ".repeat(4);
        Profile person = node.signUp();

        RenameResult result = node.accounts().rename(person.id(), name);

        Profile renamed = new Profile(person.id(), person.handle(), name);
        assertEquals(new RenameResult.Renamed(renamed), result);
        assertEquals(Optional.of(renamed), node.accounts().profile(person.id()));
        assertEquals(Optional.of(renamed), node.accounts().find(person.handle()));
        assertInstanceOf(RenameResult.Invalid.class, node.accounts().rename(person.id(), "\uD83D\uDE80".repeat(65)));
    }

    @Test
    void profilesOfManyAreReadTogether() {
        // Promise: those that exist are answered, from the cache or not, in any number up to 10,000.
        List<Administration.NewAccount> wanted = new ArrayList<>();
        for (int i = 0; i < 1_200; i++) {
            wanted.add(new Administration.NewAccount("crowd_" + i, "Crowd " + i));
        }
        List<Profile> made = node.administration().createBatch("test", "crowd", wanted);
        List<AccountId> ids = new ArrayList<>(made.stream().map(Profile::id).toList());
        ids.add(new AccountId(1));

        Map<AccountId, Profile> first = node.accounts().profiles(ids);
        Map<AccountId, Profile> second = node.accounts().profiles(ids);

        assertEquals(1_200, first.size());
        assertEquals(first, second);
        assertEquals(made.getFirst(), first.get(made.getFirst().id()));
        assertTrue(node.administration().batches().contains("crowd"));
        while (node.administration().removeBatch("test", "crowd") > 0) {
            assertTrue(node.administration().batch("crowd", null, 100).size() <= 100);
        }
        assertEquals(Optional.empty(), node.accounts().find("crowd_0"));
        assertFalse(node.administration().batches().contains("crowd"));
    }

    @Test
    void aChangedPasswordSignsOutTheOtherDevices() {
        // Promise: after a change of the password only the device that made it stays signed in.
        Profile person = node.signUp();
        SignedIn mine = node.signIn(person);
        SignedIn other = node.signIn(person);

        PasswordResult result =
                node.accounts().changePassword(person.id(), mine.device(), AccountsNode.PASSWORD, OTHER_PASSWORD);

        assertInstanceOf(PasswordResult.Changed.class, result);
        assertInstanceOf(VerifyResult.Verified.class, node.verify(mine));
        assertInstanceOf(VerifyResult.SignedOut.class, node.verify(other));
        assertTrue(node.revocations().hasSignedOut(other.device()));
        assertFalse(node.revocations().hasSignedOut(mine.device()));
        assertInstanceOf(SignInResult.Wrong.class, node.signIn(person, AccountsNode.PASSWORD));
        assertInstanceOf(SignedIn.class, node.signIn(person, OTHER_PASSWORD));
    }

    @Test
    void guessesOfTheCurrentPasswordAreLimitedAndDisturbNoSignIn() {
        // Promise: wrong guesses at a change of the password are limited apart from those at sign-in.
        Profile person = node.signUp();
        SignedIn mine = node.signIn(person);
        for (int i = 0; i < 5; i++) {
            assertInstanceOf(
                    PasswordResult.Wrong.class,
                    node.accounts().changePassword(person.id(), mine.device(), OTHER_PASSWORD, OTHER_PASSWORD));
        }

        assertInstanceOf(
                PasswordResult.TooManyAttempts.class,
                node.accounts().changePassword(person.id(), mine.device(), AccountsNode.PASSWORD, OTHER_PASSWORD));
        assertInstanceOf(SignedIn.class, node.signIn(person, AccountsNode.PASSWORD));
    }

    @Test
    void ownDevicesAreListedAndSignedOutOthersAreNot() {
        // Promise: a person sees and signs out own devices only; signing out is idempotent.
        Profile person = node.signUp();
        Profile stranger = node.signUp();
        SignedIn first = node.signIn(person);
        SignedIn second = node.signIn(person);

        assertEquals(
                List.of(second.device(), first.device()),
                node.accounts().devices(person.id()).stream().map(Device::id).toList());
        assertFalse(node.accounts().signOutDevice(stranger.id(), first.device()));
        assertInstanceOf(VerifyResult.Verified.class, node.verify(first));
        assertTrue(node.accounts().signOutDevice(person.id(), first.device()));
        assertTrue(node.accounts().signOutDevice(person.id(), first.device()));
        assertInstanceOf(VerifyResult.SignedOut.class, node.verify(first));
        assertEquals(
                List.of(second.device()),
                node.accounts().devices(person.id()).stream().map(Device::id).toList());
        assertFalse(node.accounts().signOutDevice(person.id(), new DeviceId(1)));
    }

    @Test
    void aRenameReachesOtherNodesWithinTenSeconds() {
        // Promise: a profile read elsewhere is at most ten seconds behind a rename.
        Profile person = node.signUp();
        try (AccountsNode other = new AccountsNode(database)) {
            assertEquals(Optional.of(person), other.accounts().profile(person.id()));

            RenameResult renamed = node.accounts().rename(person.id(), "Berta");

            assertInstanceOf(RenameResult.Renamed.class, renamed);
            assertEquals(Optional.of(person), other.accounts().profile(person.id()));
            other.clock().move(Duration.ofSeconds(11));
            assertEquals(
                    "Berta", other.accounts().profile(person.id()).orElseThrow().displayName());
        }
    }
}
