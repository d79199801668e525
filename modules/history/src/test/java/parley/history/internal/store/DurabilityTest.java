package parley.history.internal.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import parley.kernel.Dialect;
import parley.kernel.Health;

final class DurabilityTest {
    private static final Map<String, String> SAFE = Map.of(
            "innodb_flush_log_at_trx_commit", "1",
            "log_bin", "ON",
            "sync_binlog", "1",
            "innodb_doublewrite", "ON",
            "innodb_log_file_size", "1073741824",
            "innodb_buffer_pool_size", "2147483648");

    private static List<String> with(String name, String value) {
        Map<String, String> settings = new HashMap<>(SAFE);
        settings.put(name, value);
        return Durability.weaknesses(Dialect.MARIADB, settings);
    }

    @Test
    void eachSettingThatLosesCommitsIsNamed() {
        // P1: flush at each commit, binlog synced where there is one, double write; nothing less.
        assertEquals(List.of(), Durability.weaknesses(Dialect.MYSQL, SAFE));
        assertEquals(
                List.of("innodb_flush_log_at_trx_commit is 2, must be 1"), with("innodb_flush_log_at_trx_commit", "2"));
        assertEquals(List.of("sync_binlog is 0, must be 1"), with("sync_binlog", "0"));
        assertEquals(List.of("innodb_doublewrite is OFF, must be on"), with("innodb_doublewrite", "OFF"));
        assertEquals(
                List.of("innodb_doublewrite is DETECT_ONLY, must be on"), with("innodb_doublewrite", "DETECT_ONLY"));
        Map<String, String> noBinlog =
                Map.of("innodb_flush_log_at_trx_commit", "1", "log_bin", "OFF", "sync_binlog", "0");
        assertEquals(List.of(), Durability.weaknesses(Dialect.MARIADB, noBinlog));
        assertEquals(
                List.of("write_delay is 500, must be 0"),
                Durability.weaknesses(Dialect.H2, Map.of("write_delay", "500")));
        assertEquals(List.of("write_delay is unknown, must be 0"), Durability.weaknesses(Dialect.H2, Map.of()));
        assertEquals(List.of(), Durability.weaknesses(Dialect.H2, Map.of("write_delay", "0")));
    }

    @Test
    void weakIsDownUnlessAllowedAndThenHealthShowsIt() {
        // P1: a node is not ready on weak settings, unless an operator said so; never silently.
        List<String> weak = List.of("sync_binlog is 0, must be 1");
        assertEquals(Health.up(), Durability.judge(List.of(), false));
        Health down = Durability.judge(weak, false);
        assertEquals(Health.Status.DOWN, down.status());
        assertTrue(down.reason().contains("database.allow-weak-durability"));
        assertEquals(Health.Status.DEGRADED, Durability.judge(weak, true).status());
    }

    @Test
    void aSmallRedoLogOrPoolIsWorthALine() {
        // Speed, not safety: 1 GB of redo log and 2 GB of pool.
        assertEquals(List.of(), Durability.advice(Dialect.MARIADB, SAFE));
        assertEquals(
                2,
                Durability.advice(
                                Dialect.MYSQL,
                                Map.of(
                                        "innodb_redo_log_capacity",
                                        "104857600",
                                        "innodb_log_file_size",
                                        "50331648",
                                        "innodb_log_files_in_group",
                                        "2",
                                        "innodb_buffer_pool_size",
                                        "134217728"))
                        .size());
        assertEquals(List.of(), Durability.advice(Dialect.H2, Map.of()));
    }
}
