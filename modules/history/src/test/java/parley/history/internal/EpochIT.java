package parley.history.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import parley.history.AppendResult;
import parley.history.wiring.HistoryModule;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Health;
import parley.testkit.Await;
import parley.testkit.EachEngine;
import parley.testkit.Engine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

/// The rule of the epoch: numbers that were acknowledged are never given out again in the same epoch by the
/// node that gave them, and nobody goes on in an epoch that is over.
@ExtendWith(LeakChecker.class)
@ParameterizedClass
@EachEngine("history")
final class EpochIT {
    private static final Duration NOTICED_WITHIN = Duration.ofSeconds(20);

    private final TestDatabase database;
    private final AtomicInteger ends = new AtomicInteger();
    private TestLog log;

    EpochIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void open() {
        log = new TestLog(database.database());
        log.module.atEndOfEpoch(ends::incrementAndGet);
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void aLogEndsWithItsEpoch() throws SQLException {
        // A command gives a new epoch while nodes run: each ends by itself, and the next start goes on.
        ConversationId conversation = log.created();
        String old = log.history.epoch();
        String renewed = HistoryModule.renewEpoch(database.database());
        assertNotEquals(old, renewed);
        try (Connection outsider = database.connect()) {
            assertThrows(SQLTransientConnectionException.class, () -> log.module.testify(outsider), "may be read");
        }
        Await.until(NOTICED_WITHIN, "no append is taken", () -> send(conversation) instanceof AppendResult.Busy);
        Await.until("the end is told once", () -> ends.get() == 1);
        assertEquals(Health.Status.DOWN, log.probe("history").status());
        long head = log.head(conversation).head();
        try (TestLog next = new TestLog(database.database())) {
            assertEquals(renewed, next.history.epoch());
            AppendResult.Appended sent = assertInstanceOf(
                    AppendResult.Appended.class,
                    next.history.append(TestLog.message(conversation, author(), "k", "b")));
            assertEquals(head + 1, sent.seq());
        }
    }

    @Test
    void lostEntriesEndTheEpochBeforeTheirNumbersAreGivenOutAgain() throws SQLException {
        // A server that took over lacks the newest: the lane sees it at its first look, before it writes, and no new
        // connection reads there.
        assumeTrue(database.engine() != Engine.H2);
        ConversationId conversation = log.created();
        for (int i = 0; i < 5; i++) {
            assertInstanceOf(AppendResult.Appended.class, send(conversation));
        }
        String old = log.history.epoch();
        try (Connection outsider = database.connect()) {
            run(outsider, "delete from history_entry where seq > 3 and conversation = ?", conversation);
            run(outsider, "delete from history_sent where seq > 3 and conversation = ?", conversation);
            log.module.testify(outsider);
            run(outsider, "update history_head set head = 3 where conversation = ?", conversation);
            assertThrows(SQLTransientConnectionException.class, () -> log.module.testify(outsider), "may be read");
            killOthers(outsider);
        }
        Await.until(NOTICED_WITHIN, "the epoch ends", () -> {
            assertEquals(3, log.head(conversation).head(), "a number was given out again");
            return send(conversation) instanceof AppendResult.Busy && ends.get() == 1;
        });
        // Connections that were ended above may come first.
        assertNotEquals(
                old, Await.value("the epoch is read", () -> Optional.of(HistoryModule.epoch(database.database()))));
        assertEquals(
                3,
                Await.value("the head is read", () -> Optional.of(log.head(conversation)))
                        .head());
    }

    @Test
    @Tag("faults")
    void anIdleLogNoticesLostEntriesToo() throws SQLException {
        // Nobody sends: other nodes must hear of it all the same.
        assumeTrue(database.engine() != Engine.H2);
        ConversationId conversation = log.created();
        assertInstanceOf(AppendResult.Appended.class, send(conversation));
        try (Connection outsider = database.connect()) {
            run(outsider, "update history_entry set time = time - 1 where seq = 2 and conversation = ?", conversation);
            killOthers(outsider);
        }
        Await.until(NOTICED_WITHIN, "the epoch ends", () -> ends.get() == 1);
    }

    @Test
    void brokenConnectionsAndDeletedConversationsEndNothing() throws SQLException {
        // What was deleted on purpose is no loss, and neither is a connection.
        assumeTrue(database.engine() != Engine.H2);
        ConversationId kept = log.created();
        ConversationId deleted = log.created();
        for (int i = 0; i < 3; i++) {
            assertInstanceOf(AppendResult.Appended.class, send(kept));
            assertInstanceOf(AppendResult.Appended.class, send(deleted));
        }
        String epoch = log.history.epoch();
        try (Connection outsider = database.connect()) {
            run(outsider, "delete from history_entry where conversation = ?", deleted);
            run(outsider, "delete from history_head where conversation = ?", deleted);
            log.module.testify(outsider);
            killOthers(outsider);
        }
        Await.until(NOTICED_WITHIN, "appends go on", () -> send(kept) instanceof AppendResult.Appended);
        assertEquals(0, ends.get());
        assertEquals(epoch, log.history.epoch());
    }

    private AppendResult send(ConversationId conversation) {
        return log.history.append(TestLog.message(conversation, author(), null, "body"));
    }

    private static AccountId author() {
        return TestLog.newAccount();
    }

    private static void run(Connection connection, String sql, ConversationId conversation) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, conversation.value());
            int unused = statement.executeUpdate();
        }
    }

    /// Ends every other connection to the database of this test.
    private static void killOthers(Connection outsider) throws SQLException {
        List<Long> ids = new ArrayList<>();
        try (Statement statement = outsider.createStatement();
                ResultSet rows = statement.executeQuery("select id from information_schema.processlist"
                        + " where db = database() and id <> connection_id()")) {
            while (rows.next()) {
                ids.add(rows.getLong(1));
            }
        }
        for (long id : ids) {
            try (Statement statement = outsider.createStatement()) {
                boolean unused = statement.execute("kill " + id);
            } catch (SQLException gone) {
                // It ended by itself meanwhile.
            }
        }
    }
}
