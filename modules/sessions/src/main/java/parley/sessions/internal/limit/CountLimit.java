package parley.sessions.internal.limit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// One named limit of a number at once, per key; exact, also in a race. Keys with nothing under way are
/// forgotten. Thread-safe; never blocks.
public final class CountLimit<K> {
    private final int most;
    private final Map<K, Integer> counts = new ConcurrentHashMap<>();
    private final Counter refused;

    public CountLimit(String name, int most, MeterRegistry metrics) {
        this.most = most;
        this.refused = LimitMeters.refused(name, metrics);
    }

    /// True: counted, and [#leave] must follow exactly once.
    public boolean enter(K key) {
        return enter(key, 0);
    }

    /// The same where so many more are known that this limit does not count.
    boolean enter(K key, int others) {
        int[] entered = {0};
        counts.compute(key, (_, known) -> {
            int count = known == null ? 0 : known;
            entered[0] = count + others < most ? 1 : 0;
            return count + entered[0] == 0 ? null : count + entered[0];
        });
        if (entered[0] == 0) {
            refused.increment();
        }
        return entered[0] == 1;
    }

    public void leave(K key) {
        counts.computeIfPresent(key, (_, count) -> count == 1 ? null : count - 1);
    }

    public int count(K key) {
        return counts.getOrDefault(key, 0);
    }

    /// The `keysMax` keys that have most, and at least `least`, with their numbers.
    Map<K, Integer> atLeast(int least, int keysMax) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getValue() >= least)
                .sorted(Map.Entry.<K, Integer>comparingByValue().reversed())
                .limit(keysMax)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /// Keys that have something under way.
    public int keys() {
        return counts.size();
    }
}
