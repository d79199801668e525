package parley.history.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.history.internal.TestLog.message;
import static parley.history.internal.TestLog.newAccount;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.history.Append;
import parley.history.AppendResult.Appended;
import parley.history.Head;
import parley.history.History.Changed;
import parley.history.NewEntry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.testkit.Await;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

/// Reading the heads that changed.
@EachEngine("history")
@ExtendWith(LeakChecker.class)
final class ChangedHeadsIT {
    private final TestDatabase database;
    private final TestLog log;

    ChangedHeadsIT(TestDatabase database) {
        this.database = database;
        this.log = new TestLog(database.database());
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void pagesHoldEveryChangedHeadOnceThoughManyChangedAtTheSameTime() throws SQLException {
        // I5: more heads than a page holds are read page by page without loss.
        Set<Long> conversations = new TreeSet<>();
        for (int i = 0; i < 23; i++) {
            boolean unused = conversations.add(log.created().value());
        }
        long base = now() - 1_000_000;
        List<Long> ids = List.copyOf(conversations);
        for (int i = 0; i < ids.size(); i++) {
            // 1, 1, 1 ... 2, 2, 2 ... 3: pages end within a time and at its end.
            change("update history_head set changed_at = " + (base + i / 8) + " where conversation = " + ids.get(i));
        }
        for (int limit : List.of(1, 3, 8, 100)) {
            List<Long> found = new ArrayList<>();
            long from = base;
            long after = 0;
            while (true) {
                List<Changed> page = log.history.changed(from, base + 10, after, limit);
                page.forEach(each -> found.add(each.head().conversation().value()));
                if (page.size() < limit) {
                    break;
                }
                from = page.getLast().changedAt();
                after = page.getLast().head().conversation().value();
            }
            assertEquals(ids, found, "pages of " + limit);
        }
        assertEquals(8, log.history.changed(base + 1, base + 1, 0, 100).size());
    }

    @Test
    void aHeadSaysWhenItChangedByTheLastStatementBeforeItsCommit() throws SQLException {
        // What looks for changes must see them for as short a time as possible before they can be seen.
        ConversationId conversation = log.created();
        AccountId author = newAccount();
        AtomicLong projected = new AtomicLong();
        log.ports.projecting = (connection, batch) -> {
            Await.stays(Duration.ofMillis(400), "the transaction takes its time", () -> true);
            projected.set(now(connection));
        };
        long seq = append(message(conversation, author, "one", "body"));
        List<Changed> changed = log.history.changed(projected.get(), Long.MAX_VALUE, 0, 1_000).stream()
                .filter(each -> each.head().conversation().equals(conversation))
                .toList();
        assertEquals(1, changed.size(), "it changed before the projection was done");
        Head head = log.head(conversation);
        assertEquals(head, changed.getFirst().head());
        assertEquals(seq, changed.getFirst().head().head());
    }

    @Test
    void whatWasKeptFromBeforeARecallIsDroppedOnceItsHeadIsSeen() {
        // Design 5: a recall erases the body in the memory of every node, though its hint is lost.
        ConversationId conversation = log.created();
        AccountId author = newAccount();
        try (TestLog other = new TestLog(database.database())) {
            long secret = append(message(conversation, author, "one", "secret"));
            Head before = other.head(conversation);
            int unused = other.history.readForward(before, 0, 100).size();
            assertTrue(isKept(other, conversation));
            long recall = append(RecallIT.revision(conversation, author, NewEntry.recall(secret)));
            assertTrue(isKept(other, conversation));
            assertEquals(recall, log.head(conversation).mutatedSeq());
            Object seen = other.history.changed(0, Long.MAX_VALUE, 0, 10_000);
            assertFalse(isKept(other, conversation), "still kept after " + seen);
        }
    }

    private long append(Append append) {
        return assertInstanceOf(Appended.class, log.history.append(append)).seq();
    }

    private static boolean isKept(TestLog node, ConversationId conversation) {
        return ((MySqlHistory) node.history)
                .cached().stream().anyMatch(entry -> entry.conversation().equals(conversation));
    }

    private long now() throws SQLException {
        try (Connection connection = database.connect()) {
            return now(connection);
        }
    }

    private long now(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select " + database.engine().dialect().nowMillis())) {
            assertTrue(row.next());
            return row.getLong(1);
        }
    }

    private void change(String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            assertEquals(1, statement.executeUpdate(sql));
        }
    }
}
