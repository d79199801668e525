package parley.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import parley.accounts.Administration.Account;
import parley.accounts.Administration.ApiKey;
import parley.accounts.Administration.Audit;
import parley.accounts.Administration.CreatedKey;
import parley.accounts.Administration.IllegalCursor;
import parley.accounts.Tokens.RefreshResult;
import parley.accounts.Tokens.SignInResult;
import parley.accounts.Tokens.SignedIn;
import parley.accounts.Tokens.VerifyResult;
import parley.kernel.AccountId;
import parley.kernel.Database;
import parley.kernel.Secret;
import parley.testkit.Await;
import parley.testkit.EachEngine;
import parley.testkit.TestDatabase;

@EachEngine("accounts")
final class AdministrationIT {
    private static final AccountId NOBODY = new AccountId(1);

    private final Database database;
    private AccountsNode node;

    AdministrationIT(TestDatabase database) {
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
    void aBanRefusesTokensRefreshAndSignInOnEveryNode() {
        // Promise: a ban refuses tokens and refresh, and ends sessions within two seconds on every node.
        Profile person = node.signUp();
        SignedIn device = node.signIn(person);
        try (AccountsNode other = new AccountsNode(database)) {
            assertTrue(node.administration().ban("test", person.id(), "spam", null));

            assertInstanceOf(VerifyResult.Banned.class, node.verify(device));
            assertTrue(node.revocations().hasBanned(person.id()));
            assertInstanceOf(RefreshResult.Banned.class, node.tokens().refresh(device.refreshToken()));
            assertInstanceOf(SignInResult.Banned.class, node.signIn(person, AccountsNode.PASSWORD));
            assertInstanceOf(SignInResult.Wrong.class, node.signIn(person, new Secret("not the password")));
            Await.until(
                    Await.promised(Duration.ofSeconds(2)),
                    "the other node refuses the token",
                    () -> other.verify(device) instanceof VerifyResult.Banned
                            && other.revocations().hasBanned(person.id()));

            assertTrue(node.administration().unban("test", person.id()));
            assertTrue(node.administration().unban("test", person.id()));

            assertInstanceOf(VerifyResult.Verified.class, node.verify(device));
            assertInstanceOf(SignedIn.class, node.tokens().refresh(device.refreshToken()));
            Await.until(
                    Await.promised(Duration.ofSeconds(2)),
                    "the other node takes the token again",
                    () -> other.verify(device) instanceof VerifyResult.Verified);
        }
    }

    @Test
    void aBanEndsAtItsTimeAndIsReplacedByAnother() {
        // Promise: a ban lasts until its end; a second one replaces reason and end.
        Profile person = node.signUp();
        SignedIn device = node.signIn(person);
        assertTrue(node.administration().ban("test", person.id(), "first", null));
        assertTrue(node.administration()
                .ban("test", person.id(), "second", node.clock().instant().plusSeconds(300)));
        assertEquals("second", ban(person).reason());

        node.clock().move(Duration.ofSeconds(301));

        assertInstanceOf(VerifyResult.Verified.class, node.verify(device));
        assertInstanceOf(SignedIn.class, node.signIn(person, AccountsNode.PASSWORD));
        assertNull(node.administration().account(person.id()).orElseThrow().ban());
    }

    @Test
    void aBanHoldsAfterARestart() {
        // Promise: bans in force are read at start.
        Profile person = node.signUp();
        SignedIn device = node.signIn(person);
        assertTrue(node.administration().ban("test", person.id(), "spam", null));
        try (AccountsNode restarted = new AccountsNode(database)) {
            assertInstanceOf(VerifyResult.Banned.class, restarted.verify(device));
        }
    }

    @Test
    void signingOutEverywhereEndsAllDevices() {
        // Promise: all devices of the account are signed out, here at once.
        Profile person = node.signUp();
        List<SignedIn> devices = List.of(node.signIn(person), node.signIn(person));
        SignedIn stranger = node.signIn(node.signUp());

        assertTrue(node.administration().signOutEverywhere("test", person.id()));

        for (SignedIn device : devices) {
            assertInstanceOf(VerifyResult.SignedOut.class, node.verify(device));
            assertTrue(node.revocations().hasSignedOut(device.device()));
        }
        assertInstanceOf(VerifyResult.Verified.class, node.verify(stranger));
        assertEquals(0, node.administration().account(person.id()).orElseThrow().devices());
    }

    @Test
    void nothingIsDoneToAnAccountThatIsNotThere() {
        // Promise: operators are told when an account does not exist.
        assertFalse(node.administration().ban("test", NOBODY, "spam", null));
        assertFalse(node.administration().unban("test", NOBODY));
        assertFalse(node.administration().signOutEverywhere("test", NOBODY));
        assertEquals(Optional.empty(), node.administration().account(NOBODY));
        assertEquals(Optional.empty(), node.administration().accountByHandle("nobody_here"));
    }

    @Test
    void accountsAreListedInPagesEachOnce() {
        // Promise: following the cursors shows every account once, in the order of ids.
        List<AccountId> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(node.signUp().id());
        }
        List<AccountId> listed = new ArrayList<>();
        String cursor = null;
        do {
            Page<Account> page = node.administration().accounts(cursor, 2);
            assertTrue(page.items().size() <= 2);
            page.items().forEach(account -> listed.add(account.profile().id()));
            cursor = page.next();
        } while (cursor != null);

        assertTrue(listed.containsAll(made));
        assertEquals(listed.stream().sorted().distinct().toList(), listed);
        assertThrows(IllegalCursor.class, () -> node.administration().accounts("nonsense", 2));
        String ofAudit = node.administration().audit(null, 1).next();
        assertNotNull(ofAudit);
        assertThrows(IllegalCursor.class, () -> node.administration().accounts(ofAudit, 2));
    }

    @Test
    void everyChangeHasItsLineInTheAudit() {
        // Promise: each change by an operator is committed with its audit line, newest first.
        Profile person = node.signUp();
        Administration admin = node.administration();
        assertTrue(admin.ban("key:ops", person.id(), "spam", null));
        assertTrue(admin.unban("key:ops", person.id()));
        assertTrue(admin.signOutEverywhere("key:ops", person.id()));
        admin.record("console", "node-drained", "node:n1", "by hand\r\nERROR fake");

        List<Audit> lines = admin.audit(null, 4).items();

        assertEquals(
                List.of("node-drained", "account-signed-out", "account-unbanned", "account-banned"),
                lines.stream().map(Audit::action).toList());
        assertEquals("account:" + person.id(), lines.getLast().target());
        assertEquals("key:ops", lines.getLast().actor());
        assertEquals("for good: spam", lines.getLast().detail());
    }

    @Test
    void anApiKeyIsShownOnceAndVerifiedUntilRevoked() {
        // Promise: keys are stored as hashes, verify by their text, and are refused once revoked.
        Administration admin = node.administration();
        CreatedKey created = admin.createApiKey("test", "ops of " + AccountsNode.newHandle(), Set.of("admin", "read"))
                .orElseThrow();
        ApiKey key = created.key();

        assertEquals(Optional.of(key), admin.verifyApiKey(created.text()));
        assertTrue(admin.apiKeys().contains(key));
        assertEquals(Optional.empty(), admin.createApiKey("test", key.name(), Set.of("admin")));
        assertEquals(
                Optional.empty(), admin.verifyApiKey(new Secret(created.text().reveal() + "x")));
        assertEquals(Optional.empty(), admin.verifyApiKey(new Secret("x".repeat(100_000))));
        assertTrue(admin.revokeApiKey("test", key.name()));
        assertFalse(admin.revokeApiKey("test", key.name()));
        assertEquals(Optional.empty(), admin.verifyApiKey(created.text()));
    }

    private Administration.Ban ban(Profile person) {
        Administration.Ban ban =
                node.administration().account(person.id()).orElseThrow().ban();
        assertNotNull(ban);
        return ban;
    }
}
