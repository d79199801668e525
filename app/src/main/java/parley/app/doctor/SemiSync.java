package parley.app.doctor;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// Semi-synchronous replication as the server that takes the writes is set up for it, under either of
/// the names that servers have for it. `clients` are the replicas that acknowledge now, `needed` how
/// many of them a commit waits for.
record SemiSync(
        boolean isActive, boolean isAfterSync, Duration patience, boolean waitsForNobody, long clients, long needed) {
    /// A wait of a day is one that somebody ends by hand.
    private static final Duration ENDLESS = Duration.ofDays(1);

    /// Empty when it is not switched on.
    static Optional<SemiSync> of(DatabaseFacts facts) {
        for (Names names : Names.values()) {
            if (facts.isOn(names.prefix + "enabled")) {
                return Optional.of(of(facts, names));
            }
        }
        return Optional.empty();
    }

    private enum Names {
        SOURCE("rpl_semi_sync_source_", "replica"),
        MASTER("rpl_semi_sync_master_", "slave");

        private final String prefix;
        private final String other;

        Names(String prefix, String other) {
            this.prefix = prefix;
            this.other = other;
        }
    }

    private static SemiSync of(DatabaseFacts facts, Names names) {
        String point = facts.value(names.prefix + "wait_point").orElse("");
        long millis = facts.number(names.prefix + "timeout");
        return new SemiSync(
                facts.isOn(names.prefix + "status"),
                point.toUpperCase(Locale.ROOT).equals("AFTER_SYNC"),
                Duration.ofMillis(Math.max(0, millis)),
                facts.isOn(names.prefix + "wait_no_" + names.other),
                Math.max(0, facts.number(names.prefix + "clients")),
                Math.max(1, facts.number(names.prefix + "wait_for_" + names.other + "_count")));
    }

    boolean isEndless() {
        return patience.compareTo(ENDLESS) >= 0;
    }

    boolean hasTooFewClients() {
        return clients < needed;
    }
}
