package parley.app.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What an acknowledged message survives, with the reason where it may not: the end of the database's
/// process, a power cut of its host, and the loss of that host when another takes over. Judged by
/// settings alone: disks that lie about what they have written, and operators that promote the wrong
/// replica, are not seen.
public record Survival(Fate process, Fate power, Fate host) {

    /// `survives`, and why not or by what.
    public record Fate(boolean survives, String reason) {}

    /// Of the embedded database, which the program sets up itself.
    public static Survival embedded() {
        return new Survival(
                new Fate(true, ""),
                new Fate(true, ""),
                new Fate(false, "the embedded database has no replica: only a backup of its folder is left"));
    }

    public static Survival of(DatabaseFacts facts) {
        return new Survival(process(facts), power(facts), host(facts));
    }

    private static Fate process(DatabaseFacts facts) {
        if (facts.value("innodb_redo_log_enabled")
                .filter(value -> !DatabaseFacts.saysOn(value))
                .isPresent()) {
            return new Fate(false, "its redo log is switched off");
        }
        String flush = facts.value("innodb_flush_log_at_trx_commit").orElse("not known");
        return switch (flush) {
            case "1", "2", "3" -> new Fate(true, "");
            default -> new Fate(false, "innodb_flush_log_at_trx_commit is " + flush);
        };
    }

    private static Fate power(DatabaseFacts facts) {
        List<String> weak = new ArrayList<>();
        if (!process(facts).survives()) {
            weak.add(process(facts).reason());
        } else if (facts.number("innodb_flush_log_at_trx_commit") == 2) {
            weak.add("innodb_flush_log_at_trx_commit is 2");
        }
        if (facts.isOn("log_bin") && facts.number("sync_binlog") != 1) {
            weak.add("sync_binlog is " + facts.value("sync_binlog").orElse("not known"));
        }
        if (facts.value("innodb_doublewrite")
                .filter(value -> !DatabaseFacts.saysOn(value))
                .isPresent()) {
            weak.add("innodb_doublewrite is " + facts.values().get("innodb_doublewrite"));
        }
        return new Fate(weak.isEmpty(), String.join(" and ", weak));
    }

    private static Fate host(DatabaseFacts facts) {
        if (facts.isOn("wsrep_on")) {
            return members("Galera", facts.number("wsrep_cluster_size"));
        }
        if (!facts.value("group_replication_group_name").orElse("").isEmpty()) {
            return members("Group Replication", facts.number("group_replication_members_online"));
        }
        if (!facts.isOn("log_bin")) {
            return new Fate(false, "it writes no binlog, so nothing can take over but a backup");
        }
        Optional<SemiSync> semiSync = SemiSync.of(facts);
        return semiSync.isPresent() ? waiting(semiSync.get()) : asynchronous(facts);
    }

    private static Fate asynchronous(DatabaseFacts facts) {
        long replicas = facts.number(DatabaseFacts.REPLICAS);
        return new Fate(
                false,
                replicas == 0
                        ? "no replica is connected"
                        : "replication is asynchronous, and what the replica has not fetched yet is lost");
    }

    private static Fate waiting(SemiSync semiSync) {
        if (!semiSync.isActive()) {
            return new Fate(false, "semi-synchronous replication is set up and has fallen back to asynchronous");
        }
        if (!semiSync.isEndless()) {
            return new Fate(
                    false,
                    "a commit that no replica confirms within "
                            + semiSync.patience().toMillis()
                            + " ms is acknowledged without one (the time-out of semi-synchronous replication)");
        }
        if (!semiSync.waitsForNobody()) {
            return new Fate(false, "commits stop waiting for replicas when too few are connected");
        }
        if (!semiSync.isAfterSync()) {
            return new Fate(
                    false,
                    "with the wait point AFTER_COMMIT others read a message, and a repeated send is acknowledged, before"
                            + " a replica has it");
        }
        return new Fate(
                true,
                semiSync.hasTooFewClients()
                        ? "each commit waits until a replica has it; none can be acknowledged now, because "
                                + semiSync.clients() + " of " + semiSync.needed() + " are connected"
                        : "each commit waits until a replica has it; promote the one that has most");
    }

    private static Fate members(String kind, long count) {
        return count >= 2
                ? new Fate(true, kind + " hands each commit to its " + count + " members before it is acknowledged")
                : new Fate(false, kind + " has " + (count == 1 ? "one member" : "no members that can be seen"));
    }

    /// All of it, as one sentence.
    public String sentence() {
        List<String> kept = new ArrayList<>();
        List<String> lost = new ArrayList<>();
        sort("the end of the database's process", process, kept, lost);
        sort("a power cut of its host", power, kept, lost);
        sort("the loss of its host with a failover", host, kept, lost);
        String survives = kept.isEmpty()
                ? "An acknowledged message is sure to survive nothing"
                : "An acknowledged message survives " + listed(kept);
        return lost.isEmpty()
                ? survives + "."
                : survives + (kept.isEmpty() ? ": it may be lost in " : ", but may be lost in ")
                        + String.join(", and in ", lost) + ".";
    }

    private static void sort(String event, Fate fate, List<String> kept, List<String> lost) {
        String told = fate.reason().isEmpty() ? event : event + " (" + fate.reason() + ")";
        (fate.survives() ? kept : lost).add(told);
    }

    private static String listed(List<String> parts) {
        return parts.size() < 2
                ? String.join("", parts)
                : parts.stream().limit(parts.size() - 1L).collect(Collectors.joining(", ")) + " and " + parts.getLast();
    }
}
