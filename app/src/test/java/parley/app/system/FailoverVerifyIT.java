package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.app.verify.SignedUpPeople;
import parley.testkit.Await;
import parley.testkit.ChildJvm;
import parley.testkit.ChildProcess;
import parley.testkit.SqlReplica;
import parley.verify.Bounds;
import parley.verify.Fault;
import parley.verify.Invariant;
import parley.verify.Verdict;
import parley.verify.VerifyPlan;
import parley.verify.VerifyRun;

/// What `verify` says of a failover, by the replication that there was. How long things take depends on the
/// machine, so that is not judged.
@Tag("faults")
final class FailoverVerifyIT {
    private static final Bounds BOUNDS = new Bounds(100, 20, Duration.ofMinutes(2));

    @TempDir
    Path folder;

    @Test
    void asynchronousReplicationLosesAndTheEpochSaysSo() throws SQLException {
        // What was acknowledged behind the replica's back is lost (I1), and that is all: it is lost in an epoch that
        // is over, so no device takes new entries for it (I5, I14), and nothing of the new past is told as the old one
        // (I9, I10, I12).
        try (FailoverSite site = FailoverSite.start(SqlReplica.Mode.ASYNCHRONOUS, folder)) {
            String epoch = site.epoch();
            Verdict verdict = verify(site, new Failover(site, () -> {}, () -> {}));
            assertEquals(Set.of(Invariant.I1), verdict.broken().keySet(), verdict.toString());
            assertTrue(verdict.notes().getFirst().contains(epoch + " ended"), verdict.toString());
            assertNotEquals(epoch, site.epoch());
        }
    }

    @Test
    void whenNobodyIsLeftWhoKnowsNumbersAreUsedTwice() throws SQLException {
        // The host of the node is lost with that of the primary, and the operator forgets the runbook: devices
        // hold entries that the tables lack, in the same epoch.
        try (FailoverSite site = FailoverSite.start(SqlReplica.Mode.ASYNCHRONOUS, folder)) {
            Verdict verdict = verify(site, new Failover(site, site.node().process()::kill9, site.node()::restart));
            Set<Invariant> broken = verdict.broken().keySet();
            assertTrue(broken.containsAll(Set.of(Invariant.I1, Invariant.I14)), verdict.toString());
        }
    }

    @Test
    void theOperatorsWordBeginsANewEpoch() throws SQLException {
        // The same with the step of the runbook before the node starts again.
        try (FailoverSite site = FailoverSite.start(SqlReplica.Mode.ASYNCHRONOUS, folder)) {
            Verdict verdict = verify(site, new Failover(site, site.node().process()::kill9, () -> {
                renewEpoch(site);
                site.node().restart();
            }));
            assertEquals(Set.of(Invariant.I1), verdict.broken().keySet(), verdict.toString());
        }
    }

    @Test
    void semiSynchronousReplicationLosesNothing() throws SQLException {
        // AFTER_SYNC without a time-out: the same cut, the same kill, and nothing lost.
        try (FailoverSite site = FailoverSite.start(SqlReplica.Mode.SEMI_SYNCHRONOUS, folder)) {
            String epoch = site.epoch();
            Verdict verdict = verify(site, new Failover(site, () -> {}, () -> {}));
            assertEquals("nothing lost", verdict.word(), verdict.toString());
            assertEquals(epoch, site.epoch());
        }
    }

    private static void renewEpoch(FailoverSite site) {
        try (ChildProcess renew = ChildJvm.jar(
                site.node().folder(),
                Map.of("PARLEY_DATABASE_URL", site.url(), "PARLEY_DATABASE_USER", "root"),
                "epoch",
                "--renew")) {
            assertEquals(0, renew.awaitExit(Duration.ofSeconds(60)), renew.tail());
        }
    }

    private Verdict verify(FailoverSite site, Fault failover) {
        List<String> addresses = List.of(site.node().address());
        VerifyPlan plan = new VerifyPlan(
                11,
                Duration.ofSeconds(12),
                60,
                addresses,
                5,
                6,
                List.of(failover),
                folder.resolve("out"),
                BOUNDS,
                Duration.ofMinutes(1),
                "a failover of the database");
        StringWriter said = new StringWriter();
        PrintWriter says = new PrintWriter(said);
        Verdict verdict =
                VerifyRun.run(plan, new SignedUpPeople(addresses), VerifyRun.bySql(site::connect), says::println);
        says.flush();
        System.out.println(said + verdict.broken().toString());
        return verdict;
    }

    /// The replica is cut off, two seconds later the primary is gone, and after a while the replica serves.
    private record Failover(FailoverSite site, Runnable alsoLost, Runnable alsoBack) implements Fault {
        private static final Duration BEHIND = Duration.ofSeconds(2);

        @Override
        public String name() {
            return "database-failover";
        }

        @Override
        public Effect inject() {
            site.replica().cut();
            long until = System.nanoTime() + BEHIND.toNanos();
            Await.until("the replica is two seconds behind", () -> System.nanoTime() - until > 0);
            site.losePrimary();
            alsoLost.run();
            return new Effect(true, "the primary is gone, its replica two seconds behind");
        }

        @Override
        public Duration hold() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Effect heal() {
            site.failOver();
            alsoBack.run();
            return new Effect(true, "the replica serves");
        }
    }
}
