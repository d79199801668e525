package parley.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import parley.accounts.Administration.Deletion;
import parley.accounts.Deletions.Job;
import parley.accounts.Tokens.RefreshResult;
import parley.accounts.Tokens.SignInResult;
import parley.accounts.Tokens.SignedIn;
import parley.accounts.Tokens.VerifyResult;
import parley.accounts.internal.store.SeenRows;
import parley.kernel.AccountId;
import parley.kernel.Database;
import parley.testkit.EachEngine;
import parley.testkit.TestDatabase;

/// Deleting an account, and who works on what is left of it.
@EachEngine("accounts")
final class DeletionsIT {
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Database database;
    private final AccountsNode node;

    DeletionsIT(TestDatabase database) {
        this.database = database.database();
        node = new AccountsNode(this.database);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    /// The job of this person; those of others, which it meets on the way, stay held.
    private Optional<Job> take(Profile person) {
        Optional<Job> job = node.deletions().take(Duration.ZERO, LONG);
        while (job.isPresent() && !job.get().account().equals(person.id())) {
            job = node.deletions().take(Duration.ZERO, LONG);
        }
        return job;
    }

    private Deletion deletion(Profile person) {
        return Objects.requireNonNull(
                node.administration().account(person.id()).orElseThrow().deletion());
    }

    @Test
    void aDeletedAccountIsNoAccountAndItsHandleIsFree() {
        // S27: at once nobody signs in, renews or finds it; a repeat answers the same; unknown ones are unknown.
        Profile person = node.signUp();
        SignedIn device = node.signIn(person);
        assertTrue(node.administration().delete("test", person.id()));
        assertTrue(node.administration().delete("test", person.id()));
        assertFalse(node.administration().delete("test", new AccountId(1)));
        assertInstanceOf(VerifyResult.SignedOut.class, node.verify(device));
        assertInstanceOf(RefreshResult.Refused.class, node.tokens().refresh(device.refreshToken()));
        assertInstanceOf(SignInResult.Wrong.class, node.signIn(person, AccountsNode.PASSWORD));
        assertEquals(Optional.empty(), node.accounts().profile(person.id()));
        assertEquals(Optional.empty(), node.accounts().find(person.handle()));
        assertFalse(node.administration().ban("test", person.id(), "x", null));
        Administration.Account shown =
                node.administration().account(person.id()).orElseThrow();
        assertEquals("", shown.profile().handle() + shown.profile().displayName());
        assertEquals(
                1,
                node.administration().audit(null, 50).items().stream()
                        .filter(line -> line.action().equals("account-deleted")
                                && line.target().equals("account:" + person.id()))
                        .count());
        Accounts.SignUpResult again = node.accounts().signUp(person.handle(), "Another", AccountsNode.PASSWORD);
        assertNotEquals(
                person.id(),
                assertInstanceOf(Accounts.SignUpResult.SignedUp.class, again)
                        .profile()
                        .id());
    }

    @Test
    void aJobIsHeldByOneAndGoesToAnotherWhenItsTimeIsOver() {
        // I8: what a worker that died had noted is where the next one goes on; the one that was slow learns of it.
        Profile person = node.signUp();
        SignedIn unused = node.signIn(person);
        assertTrue(node.administration().delete("test", person.id()));
        Deletions deletions = node.deletions();
        assertEquals(Optional.empty(), deletions.take(LONG, LONG));
        Job first = take(person).orElseThrow();
        assertEquals(Optional.empty(), take(person));
        assertTrue(deletions.note(first, 17, 3, Duration.ofMillis(-1)));
        Job second = take(person).orElseThrow();
        assertEquals(17, second.reached());
        assertFalse(deletions.note(first, 18, 1, LONG));
        assertFalse(deletions.finish(first));
        deletions.putDown(first, Duration.ZERO);
        assertEquals(Optional.empty(), take(person));
        deletions.putDown(second, LONG);
        assertEquals(Optional.empty(), take(person));
        assertNull(deletion(person).finishedAt());
    }

    @Test
    void aFinishedDeletionIsWorkForNobody() {
        // S27: devices and blocks are gone with it.
        Profile person = node.signUp();
        Profile other = node.signUp();
        SignedIn unused = node.signIn(person);
        assertInstanceOf(Blocks.BlockResult.Blocked.class, node.blocks().block(person.id(), other.id()));
        assertTrue(node.administration().delete("test", person.id()));
        node.lastSeen().note(person.id(), Instant.now());
        Deletions deletions = node.deletions();
        Job put = take(person).orElseThrow();
        deletions.putDown(put, Duration.ZERO);
        Job job = take(person).orElseThrow();
        assertTrue(deletions.note(job, 5, 2, LONG));
        assertTrue(deletions.finish(job));
        assertEquals(2, deletion(person).removed());
        assertNotNull(deletion(person).finishedAt());
        assertEquals(0, node.accounts().devices(person.id()).size());
        assertFalse(node.blocks().blocks(person.id(), other.id()));
        assertEquals(Optional.empty(), take(person));
        // It writes what waits, and closing twice does no harm.
        node.close();
        assertEquals(Optional.empty(), database.read(connection -> SeenRows.find(connection, person.id())));
    }
}
