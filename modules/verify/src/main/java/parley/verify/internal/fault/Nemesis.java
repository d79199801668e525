package parley.verify.internal.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.verify.Event;
import parley.verify.Fault;
import parley.verify.Fault.Effect;
import parley.verify.Journal;
import parley.verify.VerifyFault;
import parley.verify.internal.load.Pause;

/// Does faults in an order of its own, now and then two at once, and heals them in a random order.
public final class Nemesis {
    private static final int BURSTS_BEFORE = 8;
    private static final int BURSTS_MAX = 40;
    private static final Duration BETWEEN = Duration.ofMillis(5);

    private final Journal journal;
    private final Random random;
    private final Runnable burst;
    private final Duration settle;
    private final Consumer<String> says;

    /// What is done and not healed.
    private final List<Fault> broken = new ArrayList<>();

    /// `burst` makes traffic right before something dies, `settle` is the time between two, `says` takes
    /// lines for whoever watches.
    public Nemesis(Journal journal, Random random, Runnable burst, Duration settle, Consumer<String> says) {
        this.journal = journal;
        this.random = random;
        this.burst = burst;
        this.settle = settle;
        this.says = says;
    }

    /// Blocks until all were done and healed, also when one of them fails; interrupted, until those that are
    /// there are healed.
    public void run(List<Fault> faults) {
        List<Fault> order = new ArrayList<>(faults);
        Collections.shuffle(order, random);
        while (!order.isEmpty()) {
            boolean areTwo = order.size() > 1 && random.nextInt(3) == 0 && fit(order.get(0), order.get(1));
            List<Fault> together = new ArrayList<>(order.subList(0, areTwo ? 2 : 1));
            order.removeAll(together);
            together(together);
            Pause.of(settle);
        }
    }

    /// Whether two can be there at once: on different kinds of parts, and not such that a node would
    /// have to start while its database is away.
    private static boolean fit(Fault one, Fault two) {
        String a = one.name().replaceFirst("-.*", "");
        String b = two.name().replaceFirst("-.*", "");
        boolean isStart = a.equals("rolling") || b.equals("rolling");
        boolean isNodeAndDatabase = List.of(a, b).containsAll(List.of("node", "database"));
        return !a.equals(b) && !isStart && !isNodeAndDatabase;
    }

    /// So that something is under way when it breaks.
    private Effect amidTraffic(Fault fault) {
        AtomicBoolean isDone = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(BURSTS_BEFORE);
        Thread unused = Thread.ofVirtual().name("verify-burst").start(() -> {
            for (int i = 0; i < BURSTS_MAX && (i < BURSTS_BEFORE || !isDone.get()); i++) {
                burst.run();
                begun.countDown();
                Pause.of(BETWEEN);
            }
        });
        try {
            boolean unusedBegun = begun.await(5, TimeUnit.SECONDS);
            broken.add(fault);
            return fault.inject();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new VerifyFault("Interrupted.", stopped);
        } finally {
            isDone.set(true);
        }
    }

    private void together(List<Fault> faults) {
        boolean isCutShort = true;
        try {
            Duration hold = Duration.ZERO;
            for (Fault fault : faults) {
                fault.aim();
                inject(fault);
                hold = hold.compareTo(fault.hold()) < 0 ? fault.hold() : hold;
            }
            Pause.of(hold);
            isCutShort = false;
        } finally {
            // Somebody who ends the program must not find a frozen database.
            boolean isUrgent = isCutShort;
            Pause.shielded(() -> healAll(isUrgent));
        }
    }

    private void healAll(boolean isUrgent) {
        List<Fault> done = new ArrayList<>(broken);
        Collections.shuffle(done, random);
        if (isUrgent) {
            // What is frozen is freed in no time; whoever ends the program may not wait for a start.
            done.sort(Comparator.comparing(fault -> !fault.name().endsWith("-stop")));
        }
        RuntimeException first = null;
        boolean isInterrupted = false;
        for (Fault fault : done) {
            RuntimeException failed = tried(fault);
            // Whoever ends the program while it heals must not find half of it broken.
            while (failed != null && Thread.interrupted()) {
                isInterrupted = true;
                failed = tried(fault);
            }
            first = first == null ? failed : first;
        }
        broken.clear();
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        if (first != null) {
            throw first;
        }
    }

    private @Nullable RuntimeException tried(Fault fault) {
        try {
            heal(fault);
            return null;
        } catch (VerifyFault known) {
            says.accept(fault.name() + " could not be healed: " + known.sentence());
            return known;
        } catch (RuntimeException bug) {
            says.accept(fault.name() + " could not be healed: " + bug);
            return bug;
        }
    }

    private void inject(Fault fault) {
        Event.Fault unusedOn = journal.add(t -> new Event.Fault(t, fault.name(), true, true, "begins"));
        Effect effect = amidTraffic(fault);
        says.accept(fault.name() + ": " + effect.text());
        Event.Fault unusedSeen =
                journal.add(t -> new Event.Fault(t, fault.name(), true, effect.isSeen(), effect.text()));
    }

    private void heal(Fault fault) {
        Effect effect = fault.heal();
        says.accept(fault.name() + " is over: " + effect.text());
        Event.Fault unusedOff =
                journal.add(t -> new Event.Fault(t, fault.name(), false, effect.isSeen(), effect.text()));
    }
}
