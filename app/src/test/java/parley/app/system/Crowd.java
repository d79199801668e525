package parley.app.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Many clients on one thread, so that they take little of the machine that they measure: people who
/// connect, send at a rate or as fast as they are answered, hear each other, and come back as the SDKs
/// do (after half a second and up to as much again, doubled with each vain attempt). Thread-safe.
final class Crowd implements AutoCloseable, CrowdLine.Watcher {
    private static final int BACK_OFF_MILLIS = 500;
    private static final int BACK_OFF_MILLIS_MAX = 20_000;
    private static final String TEXT = "x".repeat(100);

    /// What was seen since [#begin]. `across`: from when a message was due to its arrival at another
    /// node.
    record Seen(Samples acks, Samples across, Map<String, Integer> faults, int heard) {
        @Override
        public String toString() {
            return "acks: " + acks + "; across nodes: " + across + (faults.isEmpty() ? "" : "; " + faults);
        }
    }

    private final List<CrowdLine> lines = new ArrayList<>();
    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Later> later = new PriorityQueue<>();
    private final ByteBuffer room = ByteBuffer.allocateDirect(1 << 18);
    private final SplittableRandom random = new SplittableRandom(1);
    private final String prefix = Long.toString(System.nanoTime(), 36);
    private final Thread thread = Thread.ofPlatform().name("crowd").unstarted(this::run);
    private final List<InetSocketAddress> places = new ArrayList<>();
    private volatile boolean isOpen = true;

    // The rest is the thread's.
    private Samples acks = new Samples();
    private Samples across = new Samples();
    private Map<String, Integer> faults = new TreeMap<>();
    private int heard;
    private long lastLive;
    private long said;
    private double perSecond;
    private long paceFrom;
    private long paced;
    private int depth;
    private boolean comesBack;

    private record Later(long atNanos, Runnable what) implements Comparable<Later> {
        @Override
        public int compareTo(Later other) {
            return Long.compare(atNanos, other.atNanos);
        }
    }

    /// `data`: what all say with their `connect`, "" for nothing.
    Crowd(List<CrowdPerson> people, String data) {
        for (int i = 0; i < people.size(); i++) {
            lines.add(new CrowdLine(i, people.get(i), data, this));
        }
        try {
            selector = Selector.open();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
        thread.start();
    }

    /// Begins to connect all, `each` a second; client i to place i modulo their number.
    void connect(List<Integer> ports, int each) {
        int unused = ask(() -> {
            setPlaces(ports);
            comesBack = true;
            long now = System.nanoTime();
            for (int i = 0; i < lines.size(); i++) {
                CrowdLine line = lines.get(i);
                after(now + i * 1_000_000_000L / each, () -> open(line));
            }
            return 0;
        });
    }

    /// Ends all connections at once; nobody comes back by itself.
    void cut() {
        int unused = ask(() -> {
            comesBack = false;
            depth = 0;
            perSecond = 0;
            lines.forEach(CrowdLine::cut);
            return 0;
        });
    }

    boolean isComplete() {
        return live() == lines.size();
    }

    int live() {
        return ask(() -> (int) lines.stream().filter(CrowdLine::isLive).count());
    }

    /// When the last one connected.
    long lastLiveNanos() {
        return ask(() -> lastLive);
    }

    /// From now on so many messages a second in all, in turn from each client; 0 for none.
    void pace(double each) {
        int unused = ask(() -> {
            perSecond = each;
            paceFrom = System.nanoTime();
            paced = 0;
            return 0;
        });
    }

    /// From now on each client keeps so many sends under way; 0 for none.
    void keepUnderWay(int each) {
        int unused = ask(() -> {
            depth = each;
            if (each > 0) {
                lines.forEach(this::fill);
            }
            return 0;
        });
    }

    /// Counts from now on.
    void begin() {
        Seen unused = end();
    }

    Seen end() {
        return ask(() -> {
            Seen seen = new Seen(acks, across, faults, heard);
            acks = new Samples();
            across = new Samples();
            faults = new TreeMap<>();
            heard = 0;
            return seen;
        });
    }

    private void setPlaces(List<Integer> ports) {
        places.clear();
        ports.forEach(port -> places.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
    }

    private <T> T ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        tasks.add(() -> answer.complete(question.get()));
        Selector unused = selector.wakeup();
        return answer.orTimeout(Duration.ofSeconds(30).toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private void after(long atNanos, Runnable what) {
        boolean unused = later.add(new Later(atNanos, what));
    }

    private void run() {
        try {
            while (isOpen) {
                int unused = selector.select(this::ready, perSecond > 0 || !later.isEmpty() ? 1 : 100);
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                long now = System.nanoTime();
                for (Later next = later.peek(); next != null && next.atNanos() <= now; next = later.peek()) {
                    Later taken = later.remove();
                    taken.what().run();
                }
                sayWhatIsDue(now);
            }
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private void ready(SelectionKey key) {
        Object line = key.attachment();
        if (line instanceof CrowdLine known) {
            known.ready(room);
        }
    }

    private void sayWhatIsDue(long now) {
        if (perSecond <= 0) {
            return;
        }
        for (long due = due(); due <= now; due = due()) {
            CrowdLine line = lines.get((int) (paced++ % lines.size()));
            if (line.isLive()) {
                say(line, due);
            }
        }
    }

    private long due() {
        return paceFrom + (long) (paced / perSecond * 1e9);
    }

    private void say(CrowdLine line, long due) {
        line.say((int) (said % line.person.conversations().size()), prefix + said++, TEXT, due);
    }

    private void fill(CrowdLine line) {
        while (line.isLive() && line.waiting() < depth) {
            say(line, System.nanoTime());
        }
    }

    private void open(CrowdLine line) {
        int place = line.index % places.size();
        line.open(selector, places.get(place), place);
    }

    @Override
    public void live(CrowdLine line) {
        line.attempts = 0;
        lastLive = System.nanoTime();
    }

    @Override
    public void gone(CrowdLine line, String why) {
        int unused = faults.merge(why.length() > 80 ? why.substring(0, 80) : why, 1, Integer::sum);
        if (comesBack) {
            int most = Math.min(BACK_OFF_MILLIS_MAX, BACK_OFF_MILLIS << Math.min(line.attempts++, 6));
            long millis = Math.min(BACK_OFF_MILLIS_MAX, BACK_OFF_MILLIS + random.nextInt(most));
            after(System.nanoTime() + millis * 1_000_000, () -> open(line));
        }
    }

    @Override
    public void answered(CrowdLine line, long dueNanos, int code) {
        if (code == 0) {
            acks.add(System.nanoTime() - dueNanos);
        } else {
            int unused = faults.merge("error " + code, 1, Integer::sum);
        }
        if (depth > 0) {
            fill(line);
        }
    }

    @Override
    public void heard(CrowdLine line, String stamp) {
        heard++;
        int dot = stamp.indexOf('.');
        if (Integer.parseInt(stamp, 0, dot, 10) != line.place) {
            across.add(System.nanoTime() - Long.parseLong(stamp, dot + 1, stamp.length(), 10));
        }
    }

    @Override
    public void close() {
        cut();
        isOpen = false;
        try {
            thread.join();
            selector.close();
        } catch (InterruptedException | IOException over) {
            Thread.currentThread().interrupt();
        }
    }
}
