package parley.app.system;

import java.time.Duration;
import java.util.function.Supplier;
import parley.testkit.Await;
import parley.testkit.ChaosProxy;
import parley.verify.Fault;
import parley.verify.Fault.Effect;

/// Faults of a [ClusterOf] that no signal to a process makes.
final class ClusterFaults {
    private static final Duration SHOWS_WITHIN = Duration.ofSeconds(20);

    private ClusterFaults() {}

    /// A fault that `on` does and `off` undoes; each says what was seen, or throws.
    record Made(String name, Duration hold, Supplier<String> on, Supplier<String> off) implements Fault {
        @Override
        public Effect inject() {
            return told(on);
        }

        @Override
        public Effect heal() {
            return told(off);
        }

        private static Effect told(Supplier<String> action) {
            try {
                return new Effect(true, action.get());
            } catch (AssertionError unseen) {
                return new Effect(false, String.valueOf(unseen.getMessage()));
            }
        }
    }

    /// The same fault for another time.
    static Fault lasting(Duration hold, Fault fault) {
        return new Fault() {
            @Override
            public String name() {
                return fault.name();
            }

            @Override
            public void aim() {
                fault.aim();
            }

            @Override
            public Effect inject() {
                return fault.inject();
            }

            @Override
            public Duration hold() {
                return hold;
            }

            @Override
            public Effect heal() {
                return fault.heal();
            }
        };
    }

    /// Nothing comes through between one node and Redis, and nobody says so.
    static Fault redisAway(ClusterOf cluster, int node, Duration hold) {
        return away("redis-away-from-a-node", cluster, node, cluster.wayToRedis(node), hold);
    }

    /// Nothing comes through between one node and the database, and nobody says so.
    static Fault databaseAway(ClusterOf cluster, int node, Duration hold) {
        return away("database-away-from-a-node", cluster, node, cluster.wayToDatabase(node), hold);
    }

    private static Fault away(String name, ClusterOf cluster, int node, ChaosProxy way, Duration hold) {
        return new Made(
                name,
                hold,
                () -> {
                    way.freeze();
                    Await.until(
                            SHOWS_WITHIN,
                            "n" + node + " says that it is not well",
                            () -> !cluster.health(node).equals("up"));
                    return "n" + node + " says " + cluster.health(node);
                },
                () -> {
                    way.thaw();
                    return "n" + node + " has its way again";
                });
    }
}
