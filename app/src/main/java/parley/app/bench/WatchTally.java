package parley.app.bench;

import java.util.ArrayList;
import java.util.List;

/// What one client saw, or several together. Not thread-safe.
public final class WatchTally {
    private static final int FAULTS_MAX = 20;

    private long sends;
    private long deliveries;
    private long reconnects;
    private long sendNanosMax;
    private long deliveryNanosMax;
    private final List<String> faults = new ArrayList<>();

    void sent(long nanos) {
        sends++;
        sendNanosMax = Math.max(sendNanosMax, nanos);
    }

    void delivered(long nanosSinceLast) {
        deliveries++;
        deliveryNanosMax = Math.max(deliveryNanosMax, nanosSinceLast);
    }

    /// A message has waited so long, and has no number yet.
    void unanswered(long nanos) {
        sendNanosMax = Math.max(sendNanosMax, nanos);
    }

    /// An entry that others have has not come for so long.
    void missing(long nanos) {
        deliveryNanosMax = Math.max(deliveryNanosMax, nanos);
    }

    void reconnecting() {
        reconnects++;
    }

    /// Something that must never be; the first few are kept.
    void fault(String sentence) {
        if (faults.size() < FAULTS_MAX) {
            faults.add(sentence);
        }
    }

    void add(WatchTally other) {
        sends += other.sends;
        deliveries += other.deliveries;
        reconnects += other.reconnects;
        sendNanosMax = Math.max(sendNanosMax, other.sendNanosMax);
        deliveryNanosMax = Math.max(deliveryNanosMax, other.deliveryNanosMax);
        other.faults.forEach(this::fault);
    }

    /// Nothing was lost, repeated, out of order or refused for good, and everybody was there and level at the
    /// end.
    public boolean isGood() {
        return faults.isEmpty();
    }

    public List<String> faults() {
        return List.copyOf(faults);
    }

    /// Messages that have their number.
    public long sends() {
        return sends;
    }

    /// The longest time that anybody waited for the answer to a message, reconnecting included, or for the
    /// next entry to arrive; in vain, too.
    public long longestPauseMillis() {
        return Math.max(sendNanosMax, deliveryNanosMax) / 1_000_000;
    }

    @Override
    public String toString() {
        return sends + " messages acknowledged, " + deliveries + " entries delivered in order, " + reconnects
                + " reconnects; longest wait for an answer " + sendNanosMax / 1_000_000 + " ms, for the next entry "
                + deliveryNanosMax / 1_000_000 + " ms";
    }
}
