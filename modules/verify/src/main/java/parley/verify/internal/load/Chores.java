package parley.verify.internal.load;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import parley.verify.Event;
import parley.verify.Journal;
import parley.verify.internal.client.Answer;
import parley.verify.internal.load.Asking.Alteration;
import parley.verify.internal.load.Asking.How;
import parley.verify.internal.load.Asking.Message;

/// What people do beside writing: read somewhere in the past, move their read markers, lose their
/// connection or their state; guests come and go. Each kind on a thread of its own, until it is closed.
final class Chores implements AutoCloseable {
    private static final int ATTEMPTS_MAX = 40;

    private final Crowd crowd;
    private final List<Venue> venues;
    private final Asking asking;
    private final Journal journal;
    private final String run;
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final AtomicLong ids = new AtomicLong();
    private final List<Thread> threads;

    /// How often a guest was seen to. Used by one thread.
    private int visits;

    Chores(Crowd crowd, List<Venue> venues, Asking asking, Journal journal, Random seeds, String run) {
        this.crowd = crowd;
        this.venues = venues.stream()
                .filter(venue -> venue.kind() != Venue.Kind.QUIET)
                .toList();
        this.asking = asking;
        this.journal = journal;
        this.run = run;
        this.threads = List.of(
                every(Duration.ofMillis(150), seeds, this::read),
                every(Duration.ofMillis(400), seeds, this::mark),
                every(Duration.ofMillis(1_500), seeds, this::cut),
                every(Duration.ofMillis(2_000), seeds, random -> crowd.devices().forEach(Device::save)),
                every(Duration.ofMillis(900), seeds, this::door),
                every(Duration.ofMillis(1_100), seeds, this::rename));
    }

    void start() {
        threads.forEach(Thread::start);
    }

    private Thread every(Duration about, Random seeds, Consumer<Random> chore) {
        Random random = new Random(seeds.nextLong());
        return Thread.ofVirtual().name("verify-chore").unstarted(() -> {
            while (!isOver.get()) {
                long millis = about.toMillis() / 2 + random.nextLong(about.toMillis());
                boolean unused = Pause.until(Duration.ofMillis(millis), isOver::get);
                if (!isOver.get()) {
                    chore.accept(random);
                }
            }
        });
    }

    private void read(Random random) {
        Venue venue = venues.get(random.nextInt(venues.size()));
        Crowd.connected(venue.devices(), random).ifPresent(device -> {
            long live = Math.max(1, device.live(venue.conv()));
            boolean reverse = random.nextInt(3) == 0;
            long from = reverse
                    ? random.nextBoolean() ? -1 : random.nextLong(live) + 1
                    : Math.max(0, live - random.nextLong(Math.min(live, 400) + 1));
            var unused = device.page(venue.conv(), from, 1 + random.nextInt(100), reverse);
        });
    }

    private void mark(Random random) {
        Venue venue = venues.get(random.nextInt(venues.size()));
        Crowd.connected(venue.devices(), random).ifPresent(device -> {
            long seq = device.live(venue.conv());
            if (seq < 1) {
                return;
            }
            long id = ids.incrementAndGet();
            String data = "{\"conversation\":\"" + venue.conv() + "\",\"seq\":" + seq + "}";
            CompletableFuture<Answer> answer = new CompletableFuture<>();
            boolean isAsked = device.ask(
                    (t, conn) -> new Event.MarkerBegin(t, id, device.name, conn, venue.conv()),
                    "read",
                    data,
                    answer::complete);
            if (isAsked && answer.join() instanceof Answer.Ok(JsonObject told)) {
                Event.Marker unused = journal.add(t -> new Event.Marker(
                        t,
                        id,
                        told.getJsonNumber("read").longValue(),
                        told.getJsonNumber("unread").longValue()));
            }
        });
    }

    private void cut(Random random) {
        // Whoever comes back reads what was missed; people with one device are left alone, so that it shows
        // when nothing is pushed to them.
        List<Device> any = crowd.devices().stream()
                .filter(device -> crowd.of(device.account).size() > 1)
                .toList();
        Device device = any.get(random.nextInt(any.size()));
        if (random.nextInt(3) == 0) {
            device.crash();
        } else {
            device.cut();
        }
    }

    /// The guest of a door, of one after the other, is removed and added again, or every third time muted
    /// for a while, each as often as it takes to be certain.
    private void door(Random random) {
        List<Venue> doors =
                venues.stream().filter(venue -> venue.kind() == Venue.Kind.DOOR).toList();
        boolean isMute = ++visits % 3 == 0;
        Venue door = doors.get(visits % doors.size());
        for (boolean isIn : new boolean[] {false, true}) {
            String id = run + "-m" + ids.incrementAndGet();
            insist(
                    door,
                    random,
                    isMute
                            ? Alteration.muted(door.conv(), id, door.guest(), !isIn)
                            : isIn
                                    ? Alteration.added(door.conv(), id, door.guest())
                                    : Alteration.removed(door.conv(), id, door.guest()));
            if (!isIn) {
                aside(door, random);
            }
            boolean unused = Pause.until(Duration.ofMillis(random.nextInt(400)), isOver::get);
        }
    }

    /// The owner of a conversation gives it another title.
    private void rename(Random random) {
        Venue venue = venues.get(random.nextInt(venues.size()));
        String id = run + "-t" + ids.incrementAndGet();
        insist(venue, random, Alteration.renamed(venue.conv(), id, id));
    }

    /// Something that a guest who is out must not get.
    private void aside(Venue door, Random random) {
        Message message = Message.of(door.conv(), run + "-d" + ids.incrementAndGet(), 0);
        Crowd.connected(crowd.of(door.owner()), random).ifPresent(device -> {
            var unused = asking.message(device, message, 1);
        });
    }

    private void insist(Venue venue, Random random, Alteration change) {
        List<Device> by = crowd.of(venue.owner());
        int attempt = 1;
        // Also when the run ends meanwhile: a guest that stays away is no fault, an answer is due.
        for (int tries = 0; tries < ATTEMPTS_MAX; tries++) {
            int now = attempt;
            How how = Crowd.connected(by, random)
                    .map(device -> asking.change(device, change, now).join().how())
                    .orElse(How.NOT_ASKED);
            if (how == How.DONE || how == How.REFUSED) {
                return;
            }
            attempt += how == How.UNKNOWN ? 1 : 0;
            Pause.of(Duration.ofMillis(300));
        }
    }

    @Override
    public void close() {
        end();
    }

    /// No new ones; waits for what is under way.
    void end() {
        isOver.set(true);
        for (Thread thread : threads) {
            try {
                boolean unused = thread.join(Duration.ofSeconds(20));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
