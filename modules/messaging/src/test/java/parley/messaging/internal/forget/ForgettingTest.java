package parley.messaging.internal.forget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import parley.accounts.Deletions;
import parley.history.Traces.Sweep;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Unavailable;
import parley.testkit.Seeds;

/// The order of the steps, whatever cuts them short.
final class ForgettingTest {
    private static final AccountId ANN = new AccountId(7);
    private static final int RATE = 1_000_000;

    /// A world in which the account left something; steps fail now and then, before or after their work.
    private static final class World implements Removal, Deletions {
        private final Random random;
        private final double faults;
        private final TreeMap<Long, Integer> appends = new TreeMap<>();
        private final List<Integer> limits = new ArrayList<>();
        private int memberships;
        private int leftovers;
        private long reached;
        private long removed;
        private long holder;
        private long given;
        private boolean isFinished;

        World(Random random, double faults) {
            this.random = random;
            this.faults = faults;
            this.memberships = random.nextInt(200);
            this.leftovers = random.nextInt(200);
            for (long id = 0; appends.size() < 1_200; id += 1 + random.nextInt(3)) {
                Integer unused = appends.put(id + 1, random.nextInt(4) == 0 ? random.nextInt(150) : 0);
            }
        }

        private void maybeFail() {
            if (random.nextDouble() < faults) {
                throw new Unavailable("the test");
            }
        }

        /// Takes up to `limit` of `there`; answers what it found.
        private int bounded(int there, int limit) {
            limits.add(limit);
            return Math.min(there, limit);
        }

        @Override
        public int memberships(AccountId account, int limit) {
            maybeFail();
            int found = bounded(memberships, limit);
            memberships -= found;
            maybeFail();
            return found;
        }

        @Override
        public Sweep sweep(AccountId account, long after, int scan) {
            maybeFail();
            List<ConversationId> found = new ArrayList<>();
            long last = after;
            int looked = 0;
            for (Map.Entry<Long, Integer> one : appends.tailMap(after, false).entrySet()) {
                if (looked == scan) {
                    break;
                }
                looked++;
                last = one.getKey();
                if (one.getValue() > 0) {
                    found.add(new ConversationId(last));
                }
            }
            return new Sweep(found, last, looked < scan);
        }

        @Override
        public int appends(AccountId account, ConversationId conversation, int limit) {
            maybeFail();
            assertEquals(0, memberships, "a conversation is searched when the membership is over");
            int found = bounded(appends.getOrDefault(conversation.value(), 0), limit);
            appends.merge(conversation.value(), -found, Integer::sum);
            maybeFail();
            return found;
        }

        @Override
        public int leftovers(AccountId account, int limit) {
            int found = bounded(leftovers, limit);
            leftovers -= found;
            return found;
        }

        @Override
        public Optional<Job> take(Duration settled, Duration held) {
            if (isFinished || holder != 0) {
                return Optional.empty();
            }
            holder = ++given;
            return Optional.of(new Job(ANN, holder, reached));
        }

        @Override
        public boolean note(Job job, long upTo, int more, Duration held) {
            if (random.nextDouble() < faults) {
                // It was slow, and another worker was here.
                holder = 0;
            }
            if (job.holder() != holder) {
                return false;
            }
            assertTrue(
                    appends.headMap(upTo, true).values().stream().allMatch(left -> left == 0),
                    "what is noted as done is done");
            reached = upTo;
            removed += more;
            return true;
        }

        @Override
        public void putDown(Job job, Duration later) {
            if (job.holder() == holder) {
                holder = 0;
            }
        }

        @Override
        public boolean finish(Job job) {
            assertEquals(holder, job.holder());
            isFinished = true;
            holder = 0;
            return true;
        }

        int left() {
            return memberships
                    + leftovers
                    + appends.values().stream().mapToInt(left -> left).sum();
        }
    }

    private static Forgetting worker(World world, int rate) {
        return new Forgetting(world, world, Duration.ZERO, rate, new SimpleMeterRegistry());
    }

    @Test
    void nothingIsLeftWhateverCutsTheWorkShort() {
        // S27: steps that fail before or after they did something, and jobs that go from worker to worker; each
        // goes on where the last one noted to be, and no step takes more than it may.
        Seeds.each(10, seed -> {
            Random random = new Random(seed);
            World world = new World(random, random.nextInt(3) * 0.02);
            int turns = 0;
            while (!world.isFinished) {
                boolean unused = worker(world, RATE).turn(false);
                assertTrue(++turns < 5_000, "it comes to an end");
            }
            assertEquals(0, world.left());
            assertTrue(world.limits.stream().allMatch(limit -> limit == 64), "a step is bounded");
        });
    }

    @Test
    void aNodeThatStopsPutsItsJobDown() throws InterruptedException {
        // I8: the next worker need not wait for it.
        World world = new World(new Random(1), 0);
        Forgetting stopping = worker(world, RATE);
        stopping.start();
        stopping.close();
        boolean unused = stopping.turn(false);
        assertEquals(0, world.holder);
        assertTrue(world.left() > 0);
        int all = world.left();
        long before = world.removed;
        unused = worker(world, RATE).turn(false);
        assertEquals(0, world.left());
        assertEquals(all, world.removed - before, "what is removed is counted");
    }

    @Test
    void theRateBoundsAStep() throws InterruptedException {
        // I7: no more than a second's worth at once, and the rests make up for it.
        World world = new World(new Random(2), 0);
        world.appends.replaceAll((id, left) -> 0);
        world.leftovers = 0;
        world.memberships = 50;
        long began = System.nanoTime();
        boolean unused = worker(world, 50).turn(false);
        assertTrue(System.nanoTime() - began >= Duration.ofSeconds(1).toNanos());
        assertTrue(world.limits.stream().allMatch(limit -> limit == 50));
        assertEquals(0, world.left());
    }
}
