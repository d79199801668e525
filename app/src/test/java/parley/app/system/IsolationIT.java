package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One client at fifty times its limits changes nobody else's acknowledgements: windows with and without
/// it alternate in one run and are compared.
@Tag("alone")
class IsolationIT {
    private static final int SENDS_PER_SECOND = 20;
    private static final int READS_PER_SECOND = 5;
    private static final int CONNECTS_PER_SECOND = 2;
    private static final int TIMES = 50;

    private static final Map<String, String> LIMITS = Map.of(
            "PARLEY_SESSIONS_LIMITS_SENDS_PER_SECOND",
            Integer.toString(SENDS_PER_SECOND),
            "PARLEY_SESSIONS_LIMITS_SENDS_BURST",
            "60",
            "PARLEY_SESSIONS_LIMITS_HISTORY_READS_PER_SECOND",
            Integer.toString(READS_PER_SECOND),
            "PARLEY_SESSIONS_LIMITS_HISTORY_READS_BURST",
            "20",
            "PARLEY_SESSIONS_LIMITS_CONNECTS_PER_SECOND",
            Integer.toString(CONNECTS_PER_SECOND),
            "PARLEY_SESSIONS_LIMITS_CONNECTS_BURST",
            "10",
            "PARLEY_HISTORY_QUEUE_WAIT_MAX",
            "3s");

    @TempDir
    Path folder;

    @Test
    void aClientFarOverItsLimitsIsFeltByNobody() {
        // Coarsely, on any machine: nobody else is refused, and acknowledgements do not stop.
        compare(3, 2, 4.0, 1_500);
    }

    @Test
    @Tag("faults")
    void aClientFarOverItsLimitsChangesNobodysP99ByMoreThanAFifth() {
        // One client at 50x its limits changes nobody else's ack p99 by more than a fifth.
        compare(6, 5, 1.2, 1);
    }

    private void compare(int rounds, int seconds, double factor, int slackMillis) {
        try (LoadStage stage = new LoadStage(folder, 30, Duration.ZERO, LIMITS)) {
            OpenLoop others = new OpenLoop(stage.connect(0, 20), "v");
            String attacker = stage.people().get(29).token();
            String conversation = stage.people().get(29).conversation();
            OpenLoop.Outcome warm = others.run(100, 2 * seconds);
            // What refuses is run for the first time outside of what is compared.
            try (Attack attack = new Attack(stage.node().address(), attacker, conversation)) {
                System.out.println(
                        others.run(200, seconds) + ", with " + attack.attempts() + " commands of the attacker");
            }
            List<Long> calm = new ArrayList<>();
            List<Long> attacked = new ArrayList<>();
            long attempts = 0;
            for (int round = 0; round < rounds; round++) {
                calm.add(p99(others.run(200, seconds)));
                try (Attack attack = new Attack(stage.node().address(), attacker, conversation)) {
                    attacked.add(p99(others.run(200, seconds)));
                    attempts += attack.attempts();
                }
            }
            System.out.println("p99 of others in ms, calm " + calm + ", attacked " + attacked + ", " + attempts
                    + " commands of the attacker, after " + warm);
            assertTrue(attempts > TIMES * SENDS_PER_SECOND * seconds / 2, attempts + " attempts");
            assertTrue(stage.metric("parley_limits_refused_total") > 0);
            assertTrue(
                    median(attacked) <= median(calm) * factor + slackMillis, "calm " + calm + ", attacked " + attacked);
        }
    }

    private static long p99(OpenLoop.Outcome outcome) {
        assertEquals(0, outcome.failed() + outcome.refused().size(), outcome::toString);
        return outcome.doneP99();
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /// One account that sends, reads and connects at fifty times what it may, and comes back whenever it is
    /// cut off.
    private static final class Attack implements AutoCloseable {
        private final String address;
        private final String token;
        private final String conversation;
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicLong attempts = new AtomicLong();
        private final List<LoadLine> lines = new ArrayList<>();
        private final Thread thread;

        Attack(String address, String token, String conversation) {
            this.address = address;
            this.token = token;
            this.conversation = conversation;
            this.thread = Thread.ofPlatform().name("attack").start(this::run);
        }

        long attempts() {
            return attempts.get();
        }

        private void run() {
            long begin = System.nanoTime();
            for (long turn = 0; !over.get(); turn++) {
                long due = begin + turn * 10_000_000;
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(1_000_000);
                }
                if (turn * CONNECTS_PER_SECOND * TIMES % 100 < CONNECTS_PER_SECOND * TIMES) {
                    connect();
                }
                burst(turn);
            }
        }

        /// What is due in a hundredth of a second.
        private void burst(long turn) {
            List<LoadLine> open = lines.stream().filter(line -> !line.isOver()).toList();
            if (open.isEmpty()) {
                return;
            }
            LoadLine line = open.get((int) (turn % open.size()));
            for (int i = 0; i < SENDS_PER_SECOND * TIMES / 100; i++) {
                attempts.incrementAndGet();
                line.send(
                        "\"rpc\":{\"method\":\"message.send\",\"data\":{\"conversation\":\"" + conversation
                                + "\",\"id\":\"a" + attempts.get() + "\",\"body\":{\"text\":\"x\"}}}",
                        code -> {});
            }
            for (int i = 0; i < READS_PER_SECOND * TIMES / 100; i++) {
                attempts.incrementAndGet();
                line.send("\"history\":{\"channel\":\"c:" + conversation + "\",\"limit\":100}", code -> {});
            }
        }

        private void connect() {
            try {
                lines.add(LoadLine.open(address, token, code -> {}));
            } catch (IOException refused) {
                attempts.incrementAndGet();
            }
            while (lines.size() > 60) {
                lines.removeFirst().close();
            }
        }

        @Override
        public void close() {
            over.set(true);
            try {
                thread.join();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            lines.forEach(LoadLine::close);
        }
    }
}
