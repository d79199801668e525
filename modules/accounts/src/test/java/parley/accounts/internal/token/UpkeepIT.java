package parley.accounts.internal.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import parley.accounts.AccountsNode;
import parley.accounts.MovingClock;
import parley.accounts.Profile;
import parley.accounts.RecordedOrders;
import parley.accounts.RecordedRevocations;
import parley.accounts.Tokens.SignedIn;
import parley.accounts.Tokens.VerifyResult;
import parley.accounts.internal.store.OrderRows;
import parley.accounts.internal.store.OrderRows.Order;
import parley.kernel.Database;
import parley.kernel.Health;
import parley.kernel.IdSource;
import parley.kernel.Unavailable;
import parley.testkit.Await;
import parley.testkit.EachEngine;
import parley.testkit.TestDatabase;

@EachEngine("accounts")
final class UpkeepIT {
    private final TestDatabase database;

    UpkeepIT(TestDatabase database) {
        this.database = database;
    }

    @Test
    void rowsThatAreOverGoAndLiveOnesStay() throws SQLException {
        // Promise (I7): devices, refresh rows, revocations and orders do not gather without end.
        Database tables = database.database();
        MovingClock clock = new MovingClock();
        try (AccountsNode node = new AccountsNode(tables)) {
            SignedIn idle = node.signIn(node.signUp());
            SignedIn gone = node.signIn(node.signUp());
            node.tokens().signOut(gone.account(), gone.device());
            node.clock().move(Duration.ofDays(60));
            SignedIn live = node.signIn(node.signUp());
            clock.move(Duration.ofDays(62));
            SigningKeys keys = SigningKeys.open(tables, clock);
            RevocationFeed feed =
                    RevocationFeed.open(ground(tables, clock), new RevocationSet(), new RecordedRevocations());

            node.orders().drain("me", "old");
            change("update accounts_order set ordered_at = ordered_at - 3600001");
            node.orders().drain("me", "new");

            new Upkeep(feed, keys, tables, clock).clean();

            assertEquals(0, count("accounts_device where id in (" + idle.device() + "," + gone.device() + ")"));
            assertEquals(0, count("accounts_refresh where device = " + idle.device()));
            assertEquals(0, count("accounts_revocation where device = " + gone.device()));
            assertEquals(1, count("accounts_device where id = " + live.device()));
            assertEquals(1, count("accounts_refresh where device = " + live.device()));
            assertEquals(0, count("accounts_order where target = 'old'"));
            assertEquals(1, count("accounts_order where target = 'new'"));
        }
    }

    @Test
    void tokensAreVerifiedWhileTheDatabaseDoesNotAnswer() throws SQLException {
        // Promise: checking a token never asks the database; health says that revocations are old.
        List<Connection> all = new ArrayList<>();
        try (AccountsNode node = new AccountsNode(database.database())) {
            SignedIn device = node.signIn(node.signUp());
            try {
                for (int i = 0; i < database.pool().getMaximumPoolSize(); i++) {
                    all.add(database.pool().getConnection());
                }

                assertInstanceOf(VerifyResult.Verified.class, node.verify(device));
                assertThrows(Unavailable.class, () -> node.tokens().refresh(device.refreshToken()));
                node.clock().move(Duration.ofSeconds(11));
                assertEquals(
                        Health.Status.DEGRADED,
                        node.accounts().probes().getFirst().check().status());
            } finally {
                for (Connection connection : all) {
                    connection.close();
                }
            }
        }
    }

    @Test
    void whatASlowTransactionCommittedLateIsFoundByTheWidePoll() {
        // Promise: a revocation whose transaction took longer than the usual overlap is still found.
        Database tables = database.database();
        MovingClock clock = new MovingClock();
        RevocationSet revoked = new RevocationSet();
        RecordedRevocations sessions = new RecordedRevocations();
        RevocationFeed feed = RevocationFeed.open(ground(tables, clock), revoked, sessions);
        feed.poll();
        try (AccountsNode node = new AccountsNode(tables)) {
            SignedIn device = node.signIn(node.signUp());
            node.tokens().signOut(device.account(), device.device());
            age(tables, device);

            feed.poll();
            assertFalse(revoked.isSignedOut(device.device().value()));
            feed.pollWide();
            assertTrue(revoked.isSignedOut(device.device().value()));
            assertTrue(sessions.hasSignedOut(device.device()));
        }
    }

    @Test
    void aSessionThatWasBeingSetUpIsToldAgain() {
        // Promise: each revocation is told several times, so one that raced with a connect is not missed.
        Database tables = database.database();
        RecordedRevocations late = new RecordedRevocations();
        try (AccountsNode node = new AccountsNode(tables)) {
            Profile person = node.signUp();
            // Again with another device where the overlap had passed before the feed was open.
            Await.until("told although it was known", () -> {
                SignedIn device = node.signIn(person);
                node.tokens().signOut(device.account(), device.device());
                RevocationSet revoked = new RevocationSet();
                RevocationFeed feed = RevocationFeed.open(ground(tables, new MovingClock()), revoked, late);
                assertTrue(revoked.isSignedOut(device.device().value()));
                assertFalse(late.hasSignedOut(device.device()));
                feed.poll();
                return late.hasSignedOut(device.device());
            });
        }
    }

    @Test
    void anOrderIsCarriedOutWhateverTheDatabasesClockSays() {
        // Promise: what was ordered before the start is not meant; all else is, also with an earlier time.
        RecordedOrders node = new RecordedOrders();
        List<Order> older = List.of(new Order(1, OrderRows.DRAIN, "n1", 9_000));
        OrderDesk desk = new OrderDesk(ground(database.database(), new MovingClock()), older);
        desk.obey(node);
        for (int round = 0; round < 2; round++) {
            desk.carryOut(older);
            desk.carryOut(List.of(new Order(2, OrderRows.DRAIN, "n2", 1_000)));
        }
        assertEquals(List.of("drain n2"), node.done());
    }

    private static TokenService.Ground ground(Database tables, MovingClock clock) {
        return new TokenService.Ground(tables, new IdSource(clock), clock, new SimpleMeterRegistry());
    }

    /// As if its transaction had begun a minute ago.
    private static void age(Database tables, SignedIn device) {
        int changed = tables.transact(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.executeUpdate("update accounts_revocation set changed_at = changed_at - 60000"
                        + " where device = " + device.device());
            }
        });
        assertEquals(1, changed);
    }

    private void change(String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            assertEquals(1, statement.executeUpdate(sql));
        }
    }

    private int count(String what) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from " + what)) {
            assertTrue(row.next());
            return row.getInt(1);
        }
    }
}
