package parley.messaging.internal.poll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import parley.kernel.Database;
import parley.kernel.Health;
import parley.kernel.Health.Status;
import parley.kernel.Unavailable;
import parley.testkit.Await;
import parley.testkit.EachEngine;
import parley.testkit.TestDatabase;

/// What the nodes' own loops say of health.
@EachEngine("messaging")
final class OwnLoopIT {
    private final Database database;
    private final AtomicLong clock = new AtomicLong(-1);
    private final List<OwnLoop> bus = new ArrayList<>();

    OwnLoopIT(TestDatabase database) {
        this.database = database.database();
        int unused =
                this.database.transact(connection -> BeatRows.purge(connection, this.database.dialect(), -3_600_000));
    }

    private OwnLoop node() {
        return new OwnLoop(
                database,
                (node, beat) -> bus.forEach(heard -> heard.heard(node, beat)),
                clock::get,
                Duration.ofSeconds(10));
    }

    private void pass(Duration time) {
        long unused = clock.addAndGet(time.toNanos());
    }

    @Test
    void aNodeWhoseCommitsDoNotComeBackIsDownUntilTheyDo() {
        // Health: not ready when commit, bus or poll, receive fails for longer than the bound.
        OwnLoop loop = node();
        pass(Duration.ofSeconds(10));
        assertEquals(Health.up(), loop.check());
        pass(Duration.ofMillis(1));
        assertEquals(Status.DOWN, loop.check().status());
        loop.beat();
        assertEquals(Status.DOWN, loop.check().status());
        loop.poll();
        assertEquals(Health.up(), loop.check(), "the poll brought it");
        pass(Duration.ofSeconds(11));
        loop.poll();
        assertEquals(Status.DOWN, loop.check().status(), "an old beat proves nothing");
        bus.add(loop);
        loop.beat();
        assertEquals(Health.up(), loop.check(), "the bus brought it");
    }

    @Test
    void aCommitThatTakesLongIsNoticedWhileItDoes() throws Exception {
        // The poll trusts no times of commits while the database takes its time over them, nor after a failure.
        OwnLoop loop = node();
        loop.beat();
        assertFalse(loop.isStalled());
        Thread beating = new Thread(() -> {
            try {
                loop.beat();
            } catch (Unavailable late) {
                // The database does not let it wait for ever.
            }
        });
        try (Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            int unused = statement.executeUpdate("update messaging_loop set beat = beat + 1");
            beating.start();
            Await.until("the commit waits", () -> {
                pass(Duration.ofMillis(100));
                return loop.isStalled();
            });
            other.rollback();
        }
        beating.join();
        loop.beat();
        assertFalse(loop.isStalled());
    }

    @Test
    void aNodeThatHearsNothingOfAnotherByTheBusSaysSo() {
        // Health: degraded with the reason while only the poll brings what others commit.
        OwnLoop here = node();
        OwnLoop there = node();
        here.beat();
        there.beat();
        Await.until("its silence is noted", () -> {
            here.poll();
            pass(Duration.ofSeconds(1));
            here.beat();
            here.poll();
            return here.check().status() == Status.DEGRADED;
        });
        assertTrue(here.check().reason().contains("1 other nodes"), here.check().reason());
        bus.add(here);
        there.beat();
        here.beat();
        here.poll();
        assertEquals(Health.up(), here.check());
    }
}
