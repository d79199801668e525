package parley.verify.internal.load;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import parley.verify.Bounds;
import parley.verify.Event;
import parley.verify.Journal;
import parley.verify.LogTables;
import parley.verify.People;
import parley.verify.VerifyFault;
import parley.verify.VerifyPlan;
import parley.verify.VerifyRun;
import parley.verify.internal.client.SdkLink;
import parley.verify.internal.fault.Nemesis;

/// One run from the first sign-up to the last row of the tables. Used once, by one thread.
public final class Run {
    private static final Duration CONNECTED_MAX = Duration.ofSeconds(30);
    private static final Duration SETTLE_MAX = Duration.ofSeconds(5);
    private static final Duration SERVED = Duration.ofSeconds(2);
    private static final int BURST = 16;

    private final VerifyPlan plan;
    private final People people;
    private final LogTables tables;
    private final Path record;
    private final Consumer<String> says;
    private final Random random;

    public Run(VerifyPlan plan, People people, LogTables tables, Path record, Consumer<String> says) {
        this.plan = plan;
        this.people = people;
        this.tables = tables;
        this.record = record;
        this.says = says;
        this.random = new Random(plan.seed());
    }

    public void run() {
        String name = "v" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
        try (Journal journal = Journal.create(record)) {
            Event.Began unused =
                    journal.add(t -> new Event.Began(t, plan.seed(), System.currentTimeMillis(), plan.about()));
            Event.Judging unusedBounds = journal.add(t -> Event.Judging.of(t, plan.bounds()));
            says.accept("seed " + plan.seed() + ", record " + record);
            phase(journal, "people");
            Crowd crowd = crowd(journal);
            try {
                crowd.start();
                if (!crowd.awaitConnected(CONNECTED_MAX)) {
                    throw new VerifyFault("Not all devices could connect within " + CONNECTED_MAX.toSeconds() + " s.");
                }
                List<Venue> venues = new Founding(crowd, journal, random, name).found();
                traffic(journal, crowd, venues, name);
                rest(journal, crowd, venues);
            } finally {
                Pause.shielded(crowd::stop);
            }
        }
    }

    private Crowd crowd(Journal journal) {
        List<Integer> devices = new ArrayList<>();
        for (int i = 0; i < plan.people(); i++) {
            devices.add(1 + (i + 1) % 3);
        }
        boolean sdk = SdkLink.isAvailable();
        says.accept(
                sdk
                        ? "every second device uses the Java SDK, the others speak the protocol raw"
                        : "the Java SDK is not on the class path: all devices speak the protocol raw");
        List<String> addresses = plan.addresses().stream()
                .map(address -> address.replaceFirst("^http", "ws") + "connection/websocket")
                .toList();
        List<People.Person> speakers = people.speakers(devices);
        return new Crowd(speakers, people.silent(plan.big() - plan.people()), addresses, sdk, journal);
    }

    private void traffic(Journal journal, Crowd crowd, List<Venue> venues, String name) {
        Asking asking = new Asking(journal);
        try (Traffic traffic = new Traffic(venues, asking, random, name, plan.rate());
                Chores chores = new Chores(crowd, venues, asking, journal, random, name)) {
            phase(journal, "warm-up");
            traffic.start();
            Pause.of(plan.duration().dividedBy(10));
            chores.start();
            phase(journal, "baseline");
            Pause.of(plan.duration().multipliedBy(3).dividedBy(10));
            phase(journal, "faults");
            long begin = System.nanoTime();
            Duration tenth = plan.duration().dividedBy(10);
            Duration settle = tenth.compareTo(SETTLE_MAX) < 0 ? tenth : SETTLE_MAX;
            new Nemesis(journal, random, () -> traffic.burst(BURST), settle, says).run(plan.faults());
            Duration left = plan.duration().multipliedBy(6).dividedBy(10).minusNanos(System.nanoTime() - begin);
            Pause.of(longer(left, plan.faults().isEmpty() ? Duration.ZERO : served().minus(settle)));
            chores.end();
            traffic.end(Duration.ofSeconds(10));
        }
    }

    /// Long enough after the last fault for it to show whether everybody is served again; not where that may
    /// take longer than usual.
    private Duration served() {
        Duration usual = Bounds.USUAL.inTime();
        return (plan.bounds().inTime().compareTo(usual) > 0
                        ? Duration.ZERO
                        : plan.bounds().inTime())
                .plus(SERVED);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private void rest(Journal journal, Crowd crowd, List<Venue> venues) {
        phase(journal, "rest");
        Rest rest = new Rest(crowd, venues, journal);
        rest.awaitPushes(plan.restMax());
        phase(journal, "reading");
        rest.readEverything(plan.addresses().size());
        rest.standings();
        phase(journal, "tables");
        for (Venue venue : venues) {
            Event.Dump read = tables.read(venue.conv());
            Event.Dump unused = journal.add(t -> new Event.Dump(
                    t,
                    read.source(),
                    read.conv(),
                    read.epoch(),
                    read.head(),
                    read.messages(),
                    read.rows(),
                    read.members()));
        }
        phase(journal, VerifyRun.END);
    }

    private void phase(Journal journal, String name) {
        Event.Phase unused = journal.add(t -> new Event.Phase(t, name));
        says.accept("phase " + name);
    }
}
