package parley.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import parley.kernel.SessionId;
import parley.testkit.Await;
import parley.testkit.EachEngine;
import parley.testkit.TestDatabase;

@EachEngine("accounts")
final class OrdersIT {
    private static final Duration OBEYED_MAX = Await.promised(Duration.ofSeconds(5));

    private final TestDatabase database;

    OrdersIT(TestDatabase database) {
        this.database = database;
    }

    @Test
    void anOrderIsCarriedOutOnEveryNodeOnce() {
        // Promise: what an operator tells one node, every node does within seconds without being told of
        // it, and does once although it reads the order again and again; the audit names who gave it.
        RecordedOrders here = new RecordedOrders();
        RecordedOrders there = new RecordedOrders();
        try (AccountsNode one = new AccountsNode(database.database());
                AccountsNode two = new AccountsNode(database.database())) {
            one.orders().obey(here);
            two.orders().obey(there);
            one.orders().endSession("key:me", new SessionId(4711));
            Await.until(OBEYED_MAX, "the other node", () -> there.done().equals(List.of("end 4711")));
            one.orders().drain("key:me", "red");
            List<String> both = List.of("end 4711", "drain red");
            Await.until(OBEYED_MAX, "the second order", () -> there.done().equals(both));
            Await.until(OBEYED_MAX, "this node", () -> here.done().equals(both));
            // The overlap reads both again for three seconds; a third order shows that polls went on.
            two.orders().drain("key:me", "blue");
            Await.until(OBEYED_MAX, "polls", () -> there.done().contains("drain blue"));
            assertEquals(3, there.done().size(), () -> there.done().toString());
            assertTrue(
                    one.administration().audit(null, 10).items().stream()
                            .anyMatch(line -> line.action().equals("session-ended")
                                    && line.target().equals("session:4711")
                                    && line.actor().equals("key:me")),
                    "no audit");
        }
    }

    @Test
    void aNodeThatStartsLaterIsNotMeant() {
        // Promise: a node that was drained and started again does not drain again.
        RecordedOrders later = new RecordedOrders();
        try (AccountsNode one = new AccountsNode(database.database())) {
            one.orders().drain("key:me", "green");
            Await.until("a later millisecond", () -> databaseMillis() > orderedAt());
            try (AccountsNode two = new AccountsNode(database.database())) {
                two.orders().obey(later);
                one.orders().drain("key:me", "yellow");
                Await.until(OBEYED_MAX, "the next order", () -> !later.done().isEmpty());
                assertEquals(List.of("drain yellow"), later.done());
            }
        }
    }

    @Test
    void othersAreToldOfSignOutsAndBans() {
        // Promise: what must act on every node is told to the others when it is committed, so that it does
        // not wait for their next look.
        RecordedOrders here = new RecordedOrders();
        try (AccountsNode node = new AccountsNode(database.database())) {
            node.orders().obey(here);
            Profile person = node.signUp();
            Tokens.SignedIn device = node.signIn(person);
            node.tokens().signOut(device.account(), device.device());
            assertEquals(1, here.told());
            assertTrue(node.administration().ban("me", person.id(), "why", null));
            assertEquals(2, here.told());
            assertTrue(node.administration().unban("me", person.id()));
            assertEquals(3, here.told());
        }
    }

    private long databaseMillis() {
        return number("select " + database.database().dialect().nowMillis());
    }

    private long orderedAt() {
        return number("select max(ordered_at) from accounts_order");
    }

    private long number(String sql) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            assertTrue(row.next());
            return row.getLong(1);
        } catch (SQLException fault) {
            throw new IllegalStateException(fault);
        }
    }
}
