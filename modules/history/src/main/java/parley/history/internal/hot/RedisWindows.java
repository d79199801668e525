package parley.history.internal.hot;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import parley.history.Entry;
import parley.history.Head;
import parley.history.internal.hot.SegmentCodec.Segment;
import parley.history.wiring.HistoryConfig.HotLimits;
import parley.history.wiring.HistoryConfig.Redis;
import parley.kernel.ConversationId;

/// Recent entries in Redis, shared by all nodes. Never decides anything: what it returns is proven by a
/// signature, a position and a `mutatedSeq`; what it loses is read from the database. Thread-safe.
final class RedisWindows implements AutoCloseable {
    private static final int NUMBERS_BYTES = 64;
    private static final int WRITES_PER_PIPELINE = 1_000;
    private static final int SEGMENT_BYTES_MAX = 32 * 1024;
    private static final int OWED_MAX = 100_000;

    /// From one pipeline to the next at least, so that a busy node makes few; content that changed goes at
    /// once, with all that came before it, and so does what comes after a pause.
    private static final long PACE_NANOS = Duration.ofMillis(20).toNanos();

    /// Segments beyond the wanted entries that are fetched, because some are pushed twice or late.
    private static final int SEGMENTS_SPARE = 32;

    private final HotLimits limits;
    private final Redis config;
    private final SegmentCodec codec;
    private final RedisSegments link;
    private final NewestChanges changes;
    private final HotMetrics metrics;
    private final BlockingQueue<Write> queue;
    private final AtomicLong queuedBytes = new AtomicLong();

    /// Something waits that must go at once.
    private final Semaphore hurry = new Semaphore(0);

    /// What Redis still holds of these must go, and could not be reached yet.
    private final Set<ConversationId> owed = ConcurrentHashMap.newKeySet();

    private final Thread writer;
    private volatile boolean closed;

    /// Entries that were committed or read, on their way to Redis; `isAnew` = what is there shows old
    /// content and goes.
    private record Write(ConversationId conversation, Segment segment, boolean isAnew, long bytes) {}

    RedisWindows(Redis config, HotLimits limits, String epoch, NewestChanges changes, HotMetrics metrics) {
        this.limits = limits;
        this.changes = changes;
        this.config = config;
        this.metrics = metrics;
        this.codec = new SegmentCodec(config.clusterSecret(), epoch);
        this.link = new RedisSegments(config.server(), metrics);
        this.queue = new ArrayBlockingQueue<>(config.queueEntriesMax());
        this.writer = Thread.ofPlatform().daemon().name("history-redis-writer").start(this::writeAll);
    }

    /// Hands entries over to be written, the newest that a window holds; drops them when too much waits.
    /// With `isAnew` what is there goes in any case, as soon as Redis can be reached. Never blocks.
    void offer(ConversationId conversation, long mutatedSeq, List<Entry> all, boolean isAnew) {
        List<Entry> entries = newest(all);
        long bytes = entries.stream().mapToLong(Window::bytesOf).sum();
        if (queuedBytes.get() + bytes > config.queueBytesMax()
                || !queue.offer(new Write(conversation, new Segment(mutatedSeq, entries), isAnew, bytes))) {
            metrics.dropped();
            if (isAnew) {
                owe(conversation);
            }
            return;
        }
        long unused = queuedBytes.addAndGet(bytes);
        if (isAnew) {
            hurry.release();
        }
    }

    /// A batch of one conversation may be many times what Redis keeps of it, and more than it takes at once.
    private List<Entry> newest(List<Entry> all) {
        int first = all.size() - 1;
        long bytes = Window.bytesOf(all.getLast());
        while (first > 0 && all.size() - first < limits.entriesMax()) {
            bytes += Window.bytesOf(all.get(first - 1));
            if (bytes > limits.bytesMax()) {
                break;
            }
            first--;
        }
        return all.subList(first, all.size());
    }

    /// Entries of a conversation that Redis held and a head proves, by number, and the highest number of
    /// any genuine one (0 = none was there).
    record Found(Map<Long, Entry> proven, long highest) {}

    /// `wanted` of the newest are asked for. Blocks for the command time-out at most; nothing is found
    /// when Redis is away.
    Found read(Head head, int wanted) {
        int segments = Math.min(wanted + SEGMENTS_SPARE, limits.entriesMax());
        Map<Long, Entry> proven = new HashMap<>();
        long highest = 0;
        for (byte[] bytes : link.tail(HistoryKeys.recent(head.conversation()), segments)) {
            Optional<Segment> segment = codec.decode(head.conversation(), bytes, NUMBERS_BYTES);
            if (segment.isEmpty()) {
                metrics.invalid();
                continue;
            }
            List<Entry> entries = segment.get().entries();
            highest = Math.max(highest, entries.getLast().seq());
            if (segment.get().mutatedSeq() == head.mutatedSeq()) {
                entries.forEach(entry -> proven.put(entry.seq(), entry));
            }
        }
        return new Found(proven, highest);
    }

    private void writeAll() {
        List<Write> writes = new ArrayList<>();
        long began = System.nanoTime() - PACE_NANOS;
        while (!closed) {
            try {
                Write first = queue.poll(1, TimeUnit.SECONDS);
                link.keep();
                if (first != null) {
                    boolean unusedHurry = queue.size() >= WRITES_PER_PIPELINE
                            || hurry.tryAcquire(began + PACE_NANOS - System.nanoTime(), TimeUnit.NANOSECONDS);
                    began = System.nanoTime();
                    int unusedPermits = hurry.drainPermits();
                    writes.add(first);
                    int unused = queue.drainTo(writes, WRITES_PER_PIPELINE - 1);
                    long unusedBytes = queuedBytes.addAndGet(
                            -writes.stream().mapToLong(Write::bytes).sum());
                    write(writes);
                }
                erase();
            } catch (InterruptedException stop) {
                closed = true;
            } catch (RuntimeException | Error fault) {
                metrics.error("write", fault);
            }
            writes.clear();
        }
    }

    private void write(List<Write> writes) {
        List<RedisSegments.Command> commands = new ArrayList<>();
        for (Write write : joined(writes)) {
            if (changes.isOutdated(write.conversation(), write.segment().mutatedSeq())) {
                continue;
            }
            commands.add(new RedisSegments.Command(HistoryKeys.recent(write.conversation()), new byte[][] {
                codec.encode(write.segment()),
                number(write.segment().entries().size()),
                number(limits.entriesMax()),
                number(limits.bytesMax()),
                number(limits.lifetime().toMillis()),
                number(write.segment().mutatedSeq())
            }));
        }
        if (!link.addAll(commands)) {
            writes.stream().filter(Write::isAnew).map(Write::conversation).forEach(this::owe);
        }
    }

    private void owe(ConversationId conversation) {
        if (owed.size() >= OWED_MAX) {
            metrics.error("erase", new IllegalStateException("more than " + OWED_MAX + " conversations to erase"));
        } else {
            boolean unused = owed.add(conversation);
        }
    }

    private void erase() {
        if (!owed.isEmpty()) {
            List<ConversationId> some = owed.stream().limit(WRITES_PER_PIPELINE).toList();
            if (link.delete(some.stream().map(HistoryKeys::recent).toList())) {
                boolean unused = owed.removeAll(some);
            }
        }
    }

    /// Follow-ups of one conversation as one segment, so that a busy one costs few commands.
    private static List<Write> joined(List<Write> writes) {
        List<Write> result = new ArrayList<>();
        Map<ConversationId, Integer> latest = new HashMap<>();
        for (Write write : writes) {
            Integer at = latest.get(write.conversation());
            if (at != null && follows(result.get(at), write)) {
                Write before = result.get(at);
                List<Entry> entries = new ArrayList<>(before.segment().entries());
                entries.addAll(write.segment().entries());
                Segment segment = new Segment(write.segment().mutatedSeq(), entries);
                result.set(
                        at, new Write(write.conversation(), segment, before.isAnew(), before.bytes() + write.bytes()));
            } else {
                latest.put(write.conversation(), result.size());
                result.add(write);
            }
        }
        return result;
    }

    private static boolean follows(Write before, Write write) {
        return !write.isAnew()
                && before.segment().mutatedSeq() == write.segment().mutatedSeq()
                && before.segment().entries().getLast().seq() + 1
                        == write.segment().first()
                && before.bytes() + write.bytes() <= SEGMENT_BYTES_MAX;
    }

    private static byte[] number(long value) {
        return Long.toString(value).getBytes(StandardCharsets.US_ASCII);
    }

    RedisSegments link() {
        return link;
    }

    @Override
    public void close() {
        closed = true;
        writer.interrupt();
        try {
            boolean unused = writer.join(Duration.ofSeconds(1));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        link.close();
    }
}
