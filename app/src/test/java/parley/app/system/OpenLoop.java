package parley.app.system;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Sends messages at a fixed rate, whatever the server does with them, and measures from the moment at
/// which each was due: a server (or a generator) that stalls shows in the figures. One run at a time.
final class OpenLoop {
    private static final String TEXT = "x".repeat(150);
    private static final long GOOD_MILLIS = 1_000;
    private static final long DRAIN_MILLIS_MAX = 10_000;

    /// A connected client and the conversation that it sends to.
    record Speaker(LoadLine line, String conversation) {}

    /// What became of the sends of one run. Times in milliseconds, of all that were answered so; `lag`:
    /// how late the generator itself was, the 99th of a hundred.
    record Outcome(double seconds, int sent, List<Long> done, List<Long> refused, int failed, long lagP99) {
        /// Acknowledged within a second of when they were due.
        double goodEachSecond() {
            return done.stream().filter(millis -> millis <= GOOD_MILLIS).count() / seconds;
        }

        long doneP99() {
            return p99(done);
        }

        long refusedP99() {
            return p99(refused);
        }

        @Override
        public String toString() {
            return Math.round(sent / seconds) + " sends/s, " + Math.round(goodEachSecond()) + "/s good (p99 "
                    + doneP99()
                    + " ms), " + refused.size() + " refused (p99 " + refusedP99() + " ms), " + failed
                    + " failed; generator late by " + lagP99 + " ms (p99)";
        }
    }

    private final List<Speaker> speakers;
    private final AtomicInteger ids = new AtomicInteger();
    private final String prefix;

    /// Client message ids begin with `prefix`.
    OpenLoop(List<Speaker> speakers, String prefix) {
        this.speakers = List.copyOf(speakers);
        this.prefix = prefix;
    }

    /// Sends `perSecond` messages for `seconds`, in turn from each speaker, and waits for the answers.
    Outcome run(double perSecond, double seconds) {
        Recorded done = new Recorded();
        Recorded refused = new Recorded();
        Recorded lag = new Recorded();
        AtomicInteger failed = new AtomicInteger();
        AtomicInteger open = new AtomicInteger();
        long begin = System.nanoTime();
        int count = (int) (perSecond * seconds);
        for (int i = 0; i < count; i++) {
            long due = begin + (long) (i / perSecond * 1e9);
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(Math.min(1_000_000, due - System.nanoTime()));
            }
            lag.add(System.nanoTime() - due);
            open.incrementAndGet();
            Speaker speaker = speakers.get(i % speakers.size());
            speaker.line().send(message(speaker.conversation()), code -> {
                long took = System.nanoTime() - due;
                switch (code) {
                    case 0 -> done.add(took);
                    case 111 -> refused.add(took);
                    default -> failed.incrementAndGet();
                }
                open.decrementAndGet();
            });
        }
        double took = (System.nanoTime() - begin) / 1e9;
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DRAIN_MILLIS_MAX);
        while (open.get() > 0 && System.nanoTime() < until) {
            LockSupport.parkNanos(5_000_000);
        }
        return new Outcome(took, count, done.millis(), refused.millis(), failed.get() + open.get(), p99(lag.millis()));
    }

    private String message(String conversation) {
        return "\"rpc\":{\"method\":\"message.send\",\"data\":{\"conversation\":\"" + conversation + "\",\"id\":\""
                + prefix + ids.incrementAndGet() + "\",\"body\":{\"text\":\"" + TEXT + "\"}}}";
    }

    static long p99(List<Long> millis) {
        List<Long> sorted = millis.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get(Math.min(sorted.size() - 1, sorted.size() * 99 / 100));
    }

    /// Many threads add; read when they are done.
    private static final class Recorded {
        private final List<Long> nanos = new ArrayList<>();

        synchronized void add(long value) {
            nanos.add(value);
        }

        synchronized List<Long> millis() {
            return nanos.stream().map(TimeUnit.NANOSECONDS::toMillis).toList();
        }
    }
}
