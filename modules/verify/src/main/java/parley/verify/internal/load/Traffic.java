package parley.verify.internal.load;

import jakarta.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import parley.verify.internal.load.Asking.Alteration;
import parley.verify.internal.load.Asking.Ended;
import parley.verify.internal.load.Asking.Message;

/// Messages at a steady rate, whatever the server does: 40 % to the hot conversation, 20 % to the big
/// one, one in a hundred to a quiet one, the rest to the small ones. One in twenty is sent again with
/// the same id from another device, one in fifty from two devices at once; what got no certain answer is
/// mostly tried again; some are edited, recalled or reacted to.
final class Traffic implements AutoCloseable {
    private static final int ATTEMPTS_MAX = 6;
    private static final int KNOWN_MAX = 200;
    private static final int OUTBOX_MAX = 20_000;
    private static final List<String> EMOJI = List.of("+1", "heart", "tada");

    private final List<Venue> venues;
    private final Asking asking;
    private final Random random;
    private final String run;
    private final double rate;
    private final ScheduledExecutorService later = Executors.newScheduledThreadPool(
            1, Thread.ofPlatform().daemon().name("verify-later").factory());
    private final ConcurrentLinkedQueue<Known> known = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Waiting> outbox = new ConcurrentLinkedQueue<>();
    /// Whoever was silent longest is the first.
    private final ConcurrentLinkedQueue<Venue> quiet = new ConcurrentLinkedQueue<>();

    /// Those that got a message while something broke: the next one would bring along what was lost, so
    /// they stay silent as long as there are others.
    private final ConcurrentLinkedQueue<Venue> hushed = new ConcurrentLinkedQueue<>();

    private final AtomicLong bursts = new AtomicLong();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final Thread thread;

    /// A message that was acknowledged, and who sent it.
    private record Known(Venue venue, String account, String id, long seq) {}

    /// What waits in an app until one of the sender's devices is connected.
    private record Waiting(List<Device> devices, Message message, int attempt) {}

    Traffic(List<Venue> venues, Asking asking, Random random, String run, double rate) {
        this.venues = venues;
        this.asking = asking;
        this.random = random;
        this.run = run;
        this.rate = rate;
        venues.stream().filter(venue -> venue.kind() == Venue.Kind.QUIET).forEach(quiet::add);
        this.thread = Thread.ofPlatform().daemon().name("verify-traffic").unstarted(this::flow);
    }

    void start() {
        thread.start();
    }

    private void flow() {
        long step = Math.round(1e9 / rate);
        long next = System.nanoTime();
        while (!isOver.get()) {
            next += step;
            for (long wait = next - System.nanoTime(); wait > 0; wait = next - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            one();
            empty();
        }
    }

    private void one() {
        int dice = random.nextInt(100);
        if (dice < 5) {
            revise();
            return;
        }
        Venue venue = venue();
        List<Device> own = own(venue);
        Message message = Message.of(venue.conv(), run + "-" + ids.incrementAndGet(), padding());
        Optional<Device> device = Crowd.connected(own, random);
        if (device.isEmpty()) {
            store(new Waiting(own, message, 1));
            return;
        }
        send(venue, device.get(), own, message, 1);
        if (dice < 7) {
            other(own, device.get()).ifPresent(two -> send(venue, two, own, message, 2));
        } else if (dice < 12) {
            soon(() -> other(own, device.get()).ifPresent(two -> send(venue, two, own, message, 2)));
        }
    }

    private Venue venue() {
        int dice = random.nextInt(100);
        Venue silent = dice == 99 ? silentLongest(quiet) : null;
        if (silent != null) {
            return silent;
        }
        Venue.Kind kind = dice < 40 ? Venue.Kind.HOT : dice < 60 ? Venue.Kind.BIG : Venue.Kind.SMALL;
        List<Venue> of = venues.stream()
                .filter(venue -> venue.kind() == kind || (kind == Venue.Kind.SMALL && venue.kind() == Venue.Kind.DOOR))
                .toList();
        return of.get(random.nextInt(of.size()));
    }

    /// The quiet conversation that was silent longest, which is one of `then` from now on; null when there
    /// is none.
    private @Nullable Venue silentLongest(ConcurrentLinkedQueue<Venue> then) {
        Venue other = quiet.poll();
        Venue first = other == null ? hushed.poll() : other;
        if (first != null) {
            then.add(first);
        }
        return first;
    }

    /// The devices of one member.
    private List<Device> own(Venue venue) {
        String account = venue.devices().get(random.nextInt(venue.devices().size())).account;
        return venue.devices().stream()
                .filter(device -> device.account.equals(account))
                .toList();
    }

    private int padding() {
        return random.nextInt(20) == 0 ? random.nextInt(2_000) : random.nextInt(120);
    }

    /// Another one than `device`, best at another address.
    private Optional<Device> other(List<Device> own, Device device) {
        String here = device.address();
        List<Device> elsewhere =
                own.stream().filter(one -> !one.address().equals(here)).toList();
        return Crowd.connected(elsewhere, random)
                .or(() -> Crowd.connected(
                        own.stream().filter(one -> one != device).toList(), random));
    }

    private void send(Venue venue, Device device, List<Device> own, Message message, int attempt) {
        var unused = asking.message(device, message, attempt)
                .thenAccept(ended -> ended(venue, device, own, message, attempt, ended));
    }

    private void ended(Venue venue, Device device, List<Device> own, Message message, int attempt, Ended ended) {
        switch (ended.how()) {
            case DONE -> {
                if (venue.kind() != Venue.Kind.QUIET) {
                    known.add(new Known(venue, device.account, message.id(), ended.seq()));
                }
                if (known.size() > KNOWN_MAX) {
                    Known unused = known.poll();
                }
            }
            case UNKNOWN -> {
                if (attempt < ATTEMPTS_MAX && random.nextInt(10) < 7) {
                    soon(() -> store(new Waiting(own, message, attempt + 2)));
                }
            }
            case NOT_ASKED -> store(new Waiting(own, message, attempt));
            case REFUSED -> {}
        }
    }

    private void store(Waiting waiting) {
        if (outbox.size() < OUTBOX_MAX) {
            outbox.add(waiting);
        }
    }

    /// Sends what waits as far as somebody is connected by now.
    private void empty() {
        for (int i = 0; i < 8; i++) {
            Waiting waiting = outbox.poll();
            if (waiting == null) {
                return;
            }
            Optional<Device> device = Crowd.connected(waiting.devices(), random);
            if (device.isEmpty()) {
                outbox.add(waiting);
                return;
            }
            Venue venue = venues.stream()
                    .filter(one -> one.conv().equals(waiting.message().conv()))
                    .findFirst()
                    .orElseThrow();
            send(venue, device.get(), waiting.devices(), waiting.message(), waiting.attempt());
        }
    }

    private void soon(Runnable action) {
        if (!later.isShutdown()) {
            try {
                var unused = later.schedule(action, 20 + random.nextInt(480), TimeUnit.MILLISECONDS);
            } catch (java.util.concurrent.RejectedExecutionException over) {
                // The run ends: what was not tried again stays unknown.
            }
        }
    }

    private void revise() {
        List<Known> of = new ArrayList<>(known);
        if (of.isEmpty()) {
            return;
        }
        Known message = of.get(random.nextInt(of.size()));
        int dice = random.nextInt(10);
        boolean isReaction = dice >= 8;
        List<Device> by = message.venue().devices().stream()
                .filter(device -> isReaction || device.account.equals(message.account()))
                .toList();
        String id = run + "-x" + ids.incrementAndGet();
        String conv = message.venue().conv();
        Alteration change = dice < 6
                ? Alteration.edit(
                        conv,
                        id,
                        message.seq(),
                        Json.createObjectBuilder().add("text", "edited " + id).build())
                : dice < 8
                        ? Alteration.recall(conv, id, message.seq())
                        : Alteration.reaction(
                                conv, id, message.seq(), EMOJI.get(random.nextInt(EMOJI.size())), random.nextBoolean());
        Crowd.connected(by, random).ifPresent(device -> {
            var unused = asking.change(device, change, 1);
        });
        if (dice >= 6 && dice < 8) {
            known.remove(message);
        }
    }

    /// Sends `count` messages at once to the hot conversation, from whoever is connected, and every
    /// other time one to a quiet conversation.
    void burst(int count) {
        Venue venue = venues.stream()
                .filter(one -> one.kind() == Venue.Kind.HOT)
                .findFirst()
                .orElseThrow();
        for (int i = 0; i < count; i++) {
            anybody(venue);
        }
        Venue silent = bursts.getAndIncrement() % 2 == 0 ? silentLongest(hushed) : null;
        if (silent != null) {
            anybody(silent);
        }
    }

    private void anybody(Venue venue) {
        Message message = Message.of(venue.conv(), run + "-" + ids.incrementAndGet(), 20);
        Crowd.connected(venue.devices(), random).ifPresent(device -> {
            List<Device> own = venue.devices().stream()
                    .filter(one -> one.account.equals(device.account))
                    .toList();
            send(venue, device, own, message, 1);
        });
    }

    /// No new messages; waits until what waits was sent and answered, or time is up.
    void end(Duration longest) {
        boolean unusedEmpty = Pause.until(longest, outbox::isEmpty);
        isOver.set(true);
        var unusedTasks = later.shutdownNow();
        try {
            thread.join();
            boolean unusedEnd = later.awaitTermination(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        boolean unusedAnswers = Pause.until(longest, () -> asking.open() == 0);
    }

    @Override
    public void close() {
        isOver.set(true);
        var unused = later.shutdownNow();
    }
}
