package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.wiring.MessagingConfig;
import parley.testkit.Await;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

/// Commits that come long after the time they bear, on a node that has run for a while.
@Tag("faults")
@ExtendWith(LeakChecker.class)
@EachEngine({"history", "messaging"})
final class LateCommitFaultIT {
    private static final Duration SETTLED = Duration.ofSeconds(17);
    private static final Duration HELD = Duration.ofMillis(4_800);

    private final Database database;

    LateCommitFaultIT(TestDatabase database) {
        this.database = database.database();
    }

    @Test
    void aCommitThatIsAsLateAsTheDatabaseAllowsIsFoundByOneOfTheNextLooks() throws SQLException {
        // I5: within 2 seconds of the commit, though its node froze for almost five between its last statement
        // and the commit (after that the database ends the transaction), and no hint came.
        List<Long> lags = new ArrayList<>();
        try (TestNode node =
                new TestNode(database, new DeafBus().connect(), new KnownPeople(), MessagingConfig.defaults())) {
            RecordingHub hub = new RecordingHub(node.module.feeds());
            ConversationId group = node.group(node.person());
            node.module.feeds().follow(group);
            node.module.feeds().reached(group, node.head(group).head());
            Await.stays(SETTLED, "nothing happens", () -> hub.seqs(group).isEmpty());
            for (long seq = 3; seq <= 5; seq++) {
                long expected = seq;
                try (LateCommit late = new LateCommit(database, group)) {
                    Await.stays(HELD, "not yet", () -> !hub.seqs(group).contains(expected));
                    late.commit();
                }
                long began = System.nanoTime();
                Await.until("it is found", () -> hub.seqs(group).contains(expected));
                boolean unused = lags.add((System.nanoTime() - began) / 1_000_000);
            }
            assertEquals(List.of(3L, 4L, 5L), hub.seqs(group));
        }
        assertTrue(lags.stream().sorted().toList().get(1) < 2_000, "found after " + lags + " ms");
    }
}
