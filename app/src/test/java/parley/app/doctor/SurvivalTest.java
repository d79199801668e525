package parley.app.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.kernel.Dialect;

/// I1, told honestly: the sentence follows from the settings.
final class SurvivalTest {
    private static final String BINLOG = "innodb_flush_log_at_trx_commit=1 log_bin=ON sync_binlog=1 ";
    private static final String MASTER = BINLOG + "replicas_connected=1 rpl_semi_sync_master_enabled=ON"
            + " rpl_semi_sync_master_status=ON rpl_semi_sync_master_wait_point=AFTER_SYNC"
            + " rpl_semi_sync_master_timeout=18446744073709551615 rpl_semi_sync_master_wait_no_slave=ON"
            + " rpl_semi_sync_master_clients=1 ";

    /// `k`, `p`, `h`: kill, power cut, loss of the host; what is not named may lose.
    @ParameterizedTest
    @CsvSource({
        "innodb_flush_log_at_trx_commit=1 log_bin=OFF sync_binlog=0, kp",
        "innodb_flush_log_at_trx_commit=3 log_bin=OFF, kp",
        "innodb_flush_log_at_trx_commit=2 log_bin=OFF, k",
        "innodb_flush_log_at_trx_commit=0 log_bin=OFF, ''",
        "log_bin=OFF, ''",
        "innodb_flush_log_at_trx_commit=1 innodb_doublewrite=OFF, k",
        "innodb_flush_log_at_trx_commit=1 innodb_doublewrite=DETECT_ONLY, k",
        "innodb_flush_log_at_trx_commit=1 innodb_doublewrite=DETECT_AND_RECOVER, kp",
        "innodb_flush_log_at_trx_commit=1 innodb_redo_log_enabled=OFF, ''",
        "innodb_flush_log_at_trx_commit=1 log_bin=ON sync_binlog=0, k",
        "innodb_flush_log_at_trx_commit=1 log_bin=1 sync_binlog=100, k",
        "innodb_flush_log_at_trx_commit=1 log_bin=ON sync_binlog=1, kp",
        "innodb_flush_log_at_trx_commit=1 log_bin=ON sync_binlog=1 replicas_connected=2, kp",
        "innodb_flush_log_at_trx_commit=1 wsrep_on=ON wsrep_cluster_size=3, kph",
        "innodb_flush_log_at_trx_commit=0 wsrep_on=ON wsrep_cluster_size=3, h",
        "innodb_flush_log_at_trx_commit=1 wsrep_on=ON wsrep_cluster_size=1, kp",
        "innodb_flush_log_at_trx_commit=1 group_replication_group_name=g group_replication_members_online=3, kph",
        "innodb_flush_log_at_trx_commit=1 group_replication_group_name=g, kp",
    })
    void whatSurvivesFollowsFromTheSettings(String settings, String expected) {
        assertEquals(expected, survived(settings), settings);
    }

    /// Each of them alone takes from semi-synchronous replication what it is for.
    @ParameterizedTest
    @CsvSource({
        "rpl_semi_sync_master_clients=1, kph",
        "rpl_semi_sync_master_clients=0, kph",
        "rpl_semi_sync_master_timeout=86400000, kph",
        "rpl_semi_sync_master_timeout=10000, kp",
        "rpl_semi_sync_master_status=OFF, kp",
        "rpl_semi_sync_master_wait_point=AFTER_COMMIT, kp",
        "rpl_semi_sync_master_wait_no_slave=OFF, kp",
        "rpl_semi_sync_master_enabled=OFF, kp",
        "sync_binlog=0, kh",
        "innodb_flush_log_at_trx_commit=2, kh",
    })
    void semiSynchronousReplicationKeepsItOnlyWhenNothingLetsItGo(String change, String expected) {
        assertEquals(expected, survived(MASTER + change), change);
        String renamed =
                (MASTER + change).replace("sync_master", "sync_source").replace("wait_no_slave", "wait_no_replica");
        assertEquals(expected, survived(renamed), renamed);
    }

    @Test
    void theSentenceNamesWhatIsWrong() {
        // One sentence, which an operator can act on.
        assertEquals(
                "An acknowledged message survives the end of the database's process, but may be lost in a power cut of"
                        + " its host (innodb_flush_log_at_trx_commit is 2 and sync_binlog is 0), and in the loss of its"
                        + " host with a failover (replication is asynchronous, and what the replica has not fetched"
                        + " yet is lost).",
                sentence("innodb_flush_log_at_trx_commit=2 log_bin=ON sync_binlog=0 replicas_connected=1"));
        assertEquals(
                "An acknowledged message survives the end of the database's process, a power cut of its host and the"
                        + " loss of its host with a failover (each commit waits until a replica has it; promote the"
                        + " one that has most).",
                sentence(MASTER));
        assertTrue(sentence(MASTER + "rpl_semi_sync_master_clients=0").contains("0 of 1 are connected"));
        assertTrue(sentence(MASTER + "rpl_semi_sync_master_timeout=10000").contains("within 10000 ms"));
        assertTrue(sentence(BINLOG + "replicas_connected=0").contains("no replica is connected"));
        assertTrue(sentence("").startsWith("An acknowledged message is sure to survive nothing: it may be lost in "));
        assertTrue(Survival.embedded().sentence().contains("the embedded database has no replica"));
    }

    @Test
    void whatCannotBeSeenIsSaidSo() {
        // A missing right is no guess.
        DatabaseFacts facts = new DatabaseFacts(
                Dialect.MYSQL,
                "MySQL 8.0.33",
                Map.of("log_bin", "ON"),
                Map.of(DatabaseFacts.REPLICAS, "the database's user lacks the right REPLICATION SLAVE"));
        assertEquals(
                List.of(
                        "server: MySQL 8.0.33",
                        "log_bin: ON",
                        "replicas_connected: not seen, the database's user lacks the right REPLICATION SLAVE"),
                facts.lines());
    }

    private static String survived(String settings) {
        Survival survival = Survival.of(facts(settings));
        return (survival.process().survives() ? "k" : "")
                + (survival.power().survives() ? "p" : "")
                + (survival.host().survives() ? "h" : "");
    }

    private static String sentence(String settings) {
        return Survival.of(facts(settings)).sentence();
    }

    /// Of `name=value` pairs; a later one of a name wins.
    private static DatabaseFacts facts(String settings) {
        Map<String, String> values = Arrays.stream(settings.strip().split(" +", -1))
                .filter(pair -> !pair.isEmpty())
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (first, second) -> second));
        return new DatabaseFacts(Dialect.MARIADB, "MariaDB", values, Map.of());
    }
}
