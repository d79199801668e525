package parley.cluster.internal.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import parley.cluster.Signals;
import parley.cluster.internal.Partitions;

/// What waits to be written to the streams of one group. Hints go first; of signals little goes at once,
/// and when they are too many, the oldest of their own topic are dropped. States go last, of each subject
/// that of the highest rank, in what room a batch has left. Thread-safe; nothing waits.
final class OutQueue {
    private static final int TAKE_HINT_BYTES_MAX = 512 * 1024;
    private static final int TAKE_SIGNAL_BYTES_MAX = 32 * 1024;
    private static final int ITEM_BYTES = 48;

    /// Stands where a signal has its topic.
    static final int LATEST_CODE = 100;

    private final long hintBytesMax;
    private final long signalBytesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Doorbell doorbell;

    @GuardedBy("lock")
    private final ArrayDeque<Hint> hints = new ArrayDeque<>();

    @GuardedBy("lock")
    private final Map<Signals.Topic, Waiting> signals = new EnumMap<>(Signals.Topic.class);

    /// States by what they are of, in the order of their coming.
    @GuardedBy("lock")
    private final LinkedHashMap<Object, State> latest = new LinkedHashMap<>();

    @GuardedBy("lock")
    private long latestBytes;

    /// Hints of each partition that were dropped and not taken yet.
    @GuardedBy("lock")
    private final long[] dropped = new long[Partitions.PER_GROUP];

    @GuardedBy("lock")
    private long hintBytes;

    @GuardedBy("lock")
    private boolean isClosed;

    @SuppressWarnings("ArrayRecordComponent")
    private record Hint(int index, byte[] payload) {}

    @SuppressWarnings("ArrayRecordComponent")
    private record State(long rank, byte[] payload) {
        int bytes() {
            return payload.length + ITEM_BYTES;
        }
    }

    /// The signals of one topic.
    private static final class Waiting {
        private final ArrayDeque<byte[]> payloads = new ArrayDeque<>();
        private long bytes;
    }

    /// What is written at once, for each partition of the group; `isLast` = nothing will follow.
    record Batch(List<Part> parts, List<BusMessage.Signal> signals, boolean isLast) {}

    /// Hints of a partition in order, and how many were dropped.
    record Part(List<byte[]> hints, long dropped) {}

    /// `doorbell` wakes the one that takes.
    OutQueue(long hintBytesMax, long signalBytesMax, Doorbell doorbell) {
        this.doorbell = doorbell;
        this.hintBytesMax = hintBytesMax;
        this.signalBytesMax = signalBytesMax;
        for (Signals.Topic topic : Signals.Topic.values()) {
            signals.put(topic, new Waiting());
        }
    }

    /// False when it was dropped, as there is no room.
    boolean offer(int index, byte[] payload) {
        lock.lock();
        try {
            long bytes = (long) payload.length + ITEM_BYTES;
            if (isClosed || hintBytes + bytes > hintBytesMax) {
                dropped[index]++;
                return false;
            }
            hintBytes += bytes;
            hints.add(new Hint(index, payload));
            doorbell.ring();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// How many signals were dropped for it, itself perhaps among them.
    int offer(Signals.Topic topic, byte[] payload) {
        lock.lock();
        try {
            if (isClosed) {
                return 1;
            }
            Waiting waiting = Objects.requireNonNull(signals.get(topic));
            waiting.payloads.add(payload);
            waiting.bytes += payload.length + ITEM_BYTES;
            int drops = 0;
            while (waiting.bytes > signalBytesMax) {
                waiting.bytes -= waiting.payloads.remove().length + ITEM_BYTES;
                drops++;
            }
            doorbell.ring();
            return drops;
        } finally {
            lock.unlock();
        }
    }

    /// In place of what waits of the same subject, unless that ranks higher. How many states were dropped
    /// for it, itself perhaps among them.
    int offerLatest(Object subject, long rank, byte[] payload) {
        lock.lock();
        try {
            if (isClosed) {
                return 1;
            }
            State state = new State(rank, payload);
            State other = latest.get(subject);
            if (other != null && other.rank > rank) {
                return 0;
            }
            State unused = latest.put(subject, state);
            latestBytes += state.bytes() - (other == null ? 0 : other.bytes());
            int drops = 0;
            while (latestBytes > signalBytesMax) {
                latestBytes -= latest.pollFirstEntry().getValue().bytes();
                drops++;
            }
            doorbell.ring();
            return drops;
        } finally {
            lock.unlock();
        }
    }

    /// True while there is nothing to take.
    boolean isIdle() {
        lock.lock();
        try {
            return !isClosed
                    && hints.isEmpty()
                    && latest.isEmpty()
                    && signals.values().stream().allMatch(topic -> topic.payloads.isEmpty());
        } finally {
            lock.unlock();
        }
    }

    /// Takes what waits, in the order of its coming, up to a size.
    Batch take() {
        lock.lock();
        try {
            List<Part> parts = takeHints();
            return new Batch(parts, takeSignals(), isClosed && hints.isEmpty());
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private List<Part> takeHints() {
        List<Part> taken = new ArrayList<>(Partitions.PER_GROUP);
        for (int i = 0; i < Partitions.PER_GROUP; i++) {
            taken.add(new Part(new ArrayList<>(), dropped[i]));
            dropped[i] = 0;
        }
        for (long bytes = 0; bytes < TAKE_HINT_BYTES_MAX && !hints.isEmpty(); ) {
            Hint hint = hints.remove();
            taken.get(hint.index()).hints().add(hint.payload());
            bytes += hint.payload().length;
            hintBytes -= hint.payload().length + ITEM_BYTES;
        }
        return taken;
    }

    @GuardedBy("lock")
    private List<BusMessage.Signal> takeSignals() {
        List<BusMessage.Signal> taken = new ArrayList<>();
        int bytes = 0;
        for (Map.Entry<Signals.Topic, Waiting> entry : signals.entrySet()) {
            Waiting waiting = entry.getValue();
            while (!waiting.payloads.isEmpty() && (taken.isEmpty() || bytes < TAKE_SIGNAL_BYTES_MAX)) {
                byte[] payload = waiting.payloads.remove();
                waiting.bytes -= payload.length + ITEM_BYTES;
                bytes += BusCodec.size(payload);
                taken.add(new BusMessage.Signal(entry.getKey().code(), payload));
            }
        }
        while (!latest.isEmpty() && (taken.isEmpty() || bytes < TAKE_SIGNAL_BYTES_MAX)) {
            State state = latest.pollFirstEntry().getValue();
            latestBytes -= state.bytes();
            bytes += BusCodec.size(state.payload);
            taken.add(new BusMessage.Signal(LATEST_CODE, state.payload));
        }
        return taken;
    }

    long hintBytes() {
        lock.lock();
        try {
            return hintBytes;
        } finally {
            lock.unlock();
        }
    }

    /// Takes nothing more; what waits can still be taken.
    void close() {
        lock.lock();
        try {
            isClosed = true;
            doorbell.ring();
        } finally {
            lock.unlock();
        }
    }
}
