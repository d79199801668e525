package parley.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import parley.accounts.Tokens.Issued;
import parley.accounts.Tokens.RefreshResult;
import parley.accounts.Tokens.SignInResult;
import parley.accounts.Tokens.SignedIn;
import parley.accounts.Tokens.VerifyResult;
import parley.kernel.Database;
import parley.kernel.DeviceId;
import parley.kernel.Health;
import parley.kernel.Secret;
import parley.testkit.Await;
import parley.testkit.EachEngine;
import parley.testkit.TestDatabase;

@EachEngine("accounts")
final class TokensIT {
    private static final Secret WRONG = new Secret("not the password");

    private final Database database;
    private AccountsNode node;

    TokensIT(TestDatabase database) {
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
    void aTokenNamesAccountDeviceAndItsEnd() {
        // Promise: a token that was given out verifies as its account and device until its time is over.
        Profile person = node.signUp();
        Instant before = Instant.now();
        SignedIn device = node.signIn(person);

        VerifyResult.Verified verified = assertInstanceOf(VerifyResult.Verified.class, node.verify(device));
        assertEquals(person.id(), verified.account());
        assertEquals(device.device(), verified.device());
        assertEquals(Duration.ofMinutes(15), device.expiresIn());
        Duration lifetime = Duration.between(before, verified.expiresAt());
        assertTrue(lifetime.toSeconds() >= 898 && lifetime.toSeconds() <= 930, lifetime.toString());

        node.clock().move(Duration.ofMinutes(16));
        assertInstanceOf(VerifyResult.Expired.class, node.verify(device));
    }

    @Test
    void unknownAndWrongGetTheSameAnswer() {
        // Promise: nobody learns by signing in which handles exist (S7).
        Profile person = node.signUp();

        assertEquals(new SignInResult.Wrong(), node.signIn(person, WRONG));
        assertEquals(
                new SignInResult.Wrong(),
                node.tokens().signIn(AccountsNode.newHandle(), WRONG, "phone", AccountsNode.ADDRESS));
        assertEquals(
                new SignInResult.Wrong(), node.tokens().signIn("' or 1=1 --", WRONG, "phone", AccountsNode.ADDRESS));
        assertInstanceOf(
                SignInResult.Invalid.class, node.tokens().signIn(person.handle(), WRONG, "\n", AccountsNode.ADDRESS));
    }

    @Test
    void eachRefreshGivesTwoNewTokens() {
        // Promise: a refresh token is good once; the access token before it stays good until its end.
        SignedIn first = node.signIn(node.signUp());

        SignedIn second = assertInstanceOf(SignedIn.class, node.tokens().refresh(first.refreshToken()));

        assertEquals(first.device(), second.device());
        assertNotEquals(first.refreshToken(), second.refreshToken());
        assertNotEquals(first.accessToken(), second.accessToken());
        assertInstanceOf(VerifyResult.Verified.class, node.verify(first));
        assertInstanceOf(VerifyResult.Verified.class, node.verify(second));
        assertInstanceOf(SignedIn.class, node.tokens().refresh(second.refreshToken()));
    }

    @Test
    void aRefreshTokenUsedTwiceSignsItsDeviceOut() {
        // Promise: reuse of a used refresh token means a copy exists: the device is signed out.
        Profile person = node.signUp();
        SignedIn first = node.signIn(person);
        SignedIn bystander = node.signIn(person);
        SignedIn second = assertInstanceOf(SignedIn.class, node.tokens().refresh(first.refreshToken()));

        assertInstanceOf(RefreshResult.Refused.class, node.tokens().refresh(first.refreshToken()));

        assertInstanceOf(VerifyResult.SignedOut.class, node.verify(second));
        assertTrue(node.revocations().hasSignedOut(first.device()));
        assertInstanceOf(RefreshResult.Refused.class, node.tokens().refresh(second.refreshToken()));
        assertInstanceOf(VerifyResult.Verified.class, node.verify(bystander));
        assertEquals(
                "refresh-token-reused",
                node.administration().audit(null, 1).items().getFirst().action());
    }

    @Test
    void aRefreshTokenRacedGivesTokensOnceAtMost() throws Exception {
        // Promise: of many uses of one refresh token at once one succeeds, and the device is signed out.
        SignedIn device = node.signIn(node.signUp());
        List<RefreshResult> results = new ArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<RefreshResult>> calls = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                calls.add(clients.submit(() -> node.tokens().refresh(device.refreshToken())));
            }
            for (Future<RefreshResult> call : calls) {
                results.add(call.get());
            }
        }

        assertEquals(1, results.stream().filter(SignedIn.class::isInstance).count());
        assertInstanceOf(VerifyResult.SignedOut.class, node.verify(device));
    }

    @Test
    void madeUpRefreshTokensAreRefusedAndHarmNobody() {
        // Promise: only a token that was given out can sign a device out.
        SignedIn device = node.signIn(node.signUp());
        String real = device.refreshToken().reveal();
        List<String> madeUp = List.of(
                "x",
                real + "A",
                real.substring(1),
                "A".repeat(86),
                real.substring(43) + real.substring(0, 43),
                "!".repeat(86));

        for (String text : madeUp) {
            assertInstanceOf(RefreshResult.Refused.class, node.tokens().refresh(new Secret(text)), text);
        }

        assertInstanceOf(VerifyResult.Verified.class, node.verify(device));
    }

    @Test
    void aRefreshTokenIsOverAfterItsTime() {
        // Promise: a device that was away for longer than the lifetime of refresh tokens signs in again.
        SignedIn device = node.signIn(node.signUp());

        node.clock().move(Duration.ofDays(61));

        assertInstanceOf(RefreshResult.Refused.class, node.tokens().refresh(device.refreshToken()));
    }

    @Test
    void tokensSurviveARestartAndHoldOnEveryNode() {
        // Promise: signing keys live in the database; nodes that start at once share them.
        SignedIn device = node.signIn(node.signUp());
        node.close();
        try (AccountsNode restarted = new AccountsNode(database);
                AccountsNode other = new AccountsNode(database)) {
            assertInstanceOf(VerifyResult.Verified.class, restarted.verify(device));
            assertInstanceOf(VerifyResult.Verified.class, other.verify(device));
            assertEquals(restarted.tokens().jwks(), other.tokens().jwks());
        }
    }

    @Test
    void aSignOutEndsTheDeviceHereAtOnceAndElsewhereWithinTwoSeconds() {
        // Promise (S4): a signed-out device is refused and its sessions are told on every node.
        SignedIn device = node.signIn(node.signUp());
        try (AccountsNode other = new AccountsNode(database)) {
            assertInstanceOf(VerifyResult.Verified.class, other.verify(device));

            node.tokens().signOut(device.account(), device.device());
            node.tokens().signOut(device.account(), device.device());

            assertInstanceOf(VerifyResult.SignedOut.class, node.verify(device));
            assertTrue(node.revocations().hasSignedOut(device.device()));
            assertInstanceOf(RefreshResult.Refused.class, node.tokens().refresh(device.refreshToken()));
            Await.until(
                    Await.promised(Duration.ofSeconds(2)),
                    "the other node refuses the token",
                    () -> other.verify(device) instanceof VerifyResult.SignedOut
                            && other.revocations().hasSignedOut(device.device()));
        }
        try (AccountsNode restarted = new AccountsNode(database)) {
            assertInstanceOf(VerifyResult.SignedOut.class, restarted.verify(device));
        }
    }

    @Test
    void signingOutSomebodyElsesDeviceDoesNothing() {
        // Promise (S8): a device is signed out by its own account alone.
        SignedIn device = node.signIn(node.signUp());

        node.tokens().signOut(node.signUp().id(), device.device());
        node.tokens().signOut(device.account(), new DeviceId(1));

        assertInstanceOf(VerifyResult.Verified.class, node.verify(device));
    }

    @Test
    void fiveFailuresLockSignInAndNobodyWhoIsSignedIn() {
        // Promise (S6): 5 failures in 15 minutes per account, then 429; a lock never affects who is signed in.
        Profile person = node.signUp();
        SignedIn device = node.signIn(person);
        for (int i = 0; i < 5; i++) {
            assertInstanceOf(SignInResult.Wrong.class, node.signIn(person, WRONG));
        }

        SignInResult.TooManyAttempts locked =
                assertInstanceOf(SignInResult.TooManyAttempts.class, node.signIn(person, AccountsNode.PASSWORD));
        assertTrue(locked.retryAfter().toMinutes() >= 14 && locked.retryAfter().toMinutes() <= 15);
        assertInstanceOf(VerifyResult.Verified.class, node.verify(device));
        assertInstanceOf(SignedIn.class, node.tokens().refresh(device.refreshToken()));

        node.clock().move(Duration.ofMinutes(15).plusSeconds(1));
        assertInstanceOf(SignedIn.class, node.signIn(person, AccountsNode.PASSWORD));
    }

    @Test
    void anUnknownHandleIsLockedLikeAKnownOne() {
        // Promise (S7): the lock does not tell which handles exist.
        String nobody = AccountsNode.newHandle();
        for (int i = 0; i < 5; i++) {
            assertInstanceOf(
                    SignInResult.Wrong.class, node.tokens().signIn(nobody, WRONG, "phone", AccountsNode.ADDRESS));
        }

        assertInstanceOf(
                SignInResult.TooManyAttempts.class, node.tokens().signIn(nobody, WRONG, "phone", AccountsNode.ADDRESS));
    }

    @Test
    void twentyFailuresLockAnAddressAndNoOther() {
        // Promise (S6): 20 failures in 15 minutes per address; other addresses go on.
        for (int i = 0; i < 20; i++) {
            assertInstanceOf(
                    SignInResult.Wrong.class,
                    node.tokens().signIn(AccountsNode.newHandle(), WRONG, "phone", "198.51.100.7"));
        }
        Profile person = node.signUp();

        assertInstanceOf(
                SignInResult.TooManyAttempts.class,
                node.tokens().signIn(person.handle(), AccountsNode.PASSWORD, "phone", "198.51.100.7"));
        assertInstanceOf(
                SignedIn.class, node.tokens().signIn(person.handle(), AccountsNode.PASSWORD, "phone", "198.51.100.8"));
    }

    @Test
    void devicesOfAnAccountDoNotGatherWithoutEnd() {
        // Promise: an account has at most 100 signed-in devices; the least recently seen make room.
        Profile person = node.signUp();
        List<Issued> old =
                node.tokens().issueFor(Collections.nCopies(110, person.id()), "command line", Duration.ofHours(1));
        node.clock().move(Duration.ofSeconds(1));

        SignedIn device = node.signIn(person);

        List<Device> devices = node.accounts().devices(person.id());
        assertEquals(100, devices.size());
        assertEquals(device.device(), devices.getFirst().id());
        assertInstanceOf(
                VerifyResult.SignedOut.class,
                node.tokens().verify(old.getFirst().accessToken().reveal()));
    }

    @Test
    void tokensIssuedInBulkVerify() {
        // Promise: issued tokens are good for their accounts, each on a device of its own, without refresh.
        List<Profile> people = List.of(node.signUp(), node.signUp());

        List<Issued> issued =
                node.tokens().issueFor(people.stream().map(Profile::id).toList(), "command line", Duration.ofHours(6));

        for (int i = 0; i < 2; i++) {
            VerifyResult.Verified verified = assertInstanceOf(
                    VerifyResult.Verified.class,
                    node.tokens().verify(issued.get(i).accessToken().reveal()));
            assertEquals(people.get(i).id(), verified.account());
            assertEquals(issued.get(i).expiresAt(), verified.expiresAt());
        }
        assertNotEquals(issued.get(0).device(), issued.get(1).device());
    }

    @Test
    void aNewSigningKeyTakesOverWhenEveryNodeKnowsIt() {
        // Promise: keys rotate without a token being refused; two keys are active meanwhile.
        SignedIn before = node.signIn(node.signUp());

        assertTrue(node.administration().rotateSigningKey("test"));
        assertFalse(node.administration().rotateSigningKey("test"));

        try (AccountsNode other = new AccountsNode(database)) {
            assertEquals(2, other.tokens().jwks().split("\"kid\"", -1).length - 1);
            other.clock().move(Duration.ofMinutes(3));
            SignedIn after = assertInstanceOf(SignedIn.class, other.tokens().refresh(before.refreshToken()));
            assertNotEquals(header(before), header(after));
            assertInstanceOf(VerifyResult.Verified.class, other.verify(before));
            assertInstanceOf(VerifyResult.Verified.class, other.verify(after));
        }
    }

    @Test
    void aClockThatWentAheadForAWhileForgetsNoSignOut() {
        // S4: whatever this node's clock does for an hour, a device that was signed out stays so.
        SignedIn first = node.signIn(node.signUp());
        try (AccountsNode other = new AccountsNode(database)) {
            signOutAndAwait(first, other);
            other.clock().move(Duration.ofHours(1));
            // With the second of these the look that read the first is over.
            signOutAndAwait(node.signIn(node.signUp()), other);
            signOutAndAwait(node.signIn(node.signUp()), other);
            other.clock().move(Duration.ofHours(-1));
            assertInstanceOf(VerifyResult.SignedOut.class, other.verify(first));
        }
    }

    @Test
    void probesAreWell() {
        // Promise: health tells whether revocations are read.
        assertTrue(node.accounts().probes().stream()
                .allMatch(probe -> probe.check().equals(Health.up())));
        node.clock().move(Duration.ofSeconds(11));
        assertEquals(
                Health.Status.DEGRADED,
                node.accounts().probes().getFirst().check().status());
    }

    private void signOutAndAwait(SignedIn device, AccountsNode other) {
        node.tokens().signOut(device.account(), device.device());
        Await.until("the other node reads it", () -> other.revocations().hasSignedOut(device.device()));
    }

    private static String header(SignedIn device) {
        return device.accessToken().reveal().split("\\.", -1)[0];
    }
}
