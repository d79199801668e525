package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// The clients' own record of a run: what they sent, which number each message was told, what else they
/// were answered and how long the slowest answer took. Thread-safe.
final class SendRecord {
    private final Set<Send> begun = ConcurrentHashMap.newKeySet();
    private final Map<Send, Long> told = new ConcurrentHashMap<>();
    private final Map<Integer, AtomicInteger> refusals = new ConcurrentSkipListMap<>();
    private final Queue<String> broken = new ConcurrentLinkedQueue<>();
    private final Queue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final AtomicLong slowestNanos = new AtomicLong();

    void begun(Send send) {
        boolean unused = begun.add(send);
    }

    /// A message has one number, however often its sender asks.
    void told(Send send, long seq, long answerNanos) {
        answered(answerNanos);
        Long before = told.putIfAbsent(send, seq);
        if (before != null && before != seq) {
            broken(send + " was told " + before + " and then " + seq);
        }
    }

    /// A temporary error.
    void refused(int code, long answerNanos) {
        answered(answerNanos);
        int unused = refusals.computeIfAbsent(code, key -> new AtomicInteger()).incrementAndGet();
    }

    /// Something that must never happen.
    void broken(String what) {
        boolean unused = broken.add(what);
    }

    private void answered(long answerNanos) {
        boolean unused = nanos.add(answerNanos);
        long unusedMax = slowestNanos.accumulateAndGet(answerNanos, Math::max);
    }

    /// How many messages have a number.
    int acknowledged() {
        return told.size();
    }

    Map<Send, Long> told() {
        return Map.copyOf(told);
    }

    Set<Send> begun() {
        return Set.copyOf(begun);
    }

    /// What was sent and has no number: nobody knows what became of it.
    List<Send> open() {
        return begun.stream().filter(send -> !told.containsKey(send)).toList();
    }

    /// How often each temporary error was the answer, by its code.
    Map<Integer, AtomicInteger> refusals() {
        return refusals;
    }

    long slowestMillis() {
        return slowestNanos.get() / 1_000_000;
    }

    /// Of all answers, the time that `share` of them (0 to 1) took at most.
    long millis(double share) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get((int) Math.ceil(share * sorted.size()) - 1) / 1_000_000;
    }

    void assertNothingBroken() {
        assertEquals(List.of(), broken.stream().limit(5).toList());
    }

    @Override
    public String toString() {
        return acknowledged() + " acknowledged, " + open().size() + " open, temporary errors " + refusals
                + ", answers: median " + millis(0.5) + " ms, 99% " + millis(0.99) + " ms, slowest " + slowestMillis()
                + " ms";
    }
}
