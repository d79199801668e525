package parley.history.internal.hot;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import parley.history.AppendResult.Committed;
import parley.history.Entry;
import parley.history.Head;
import parley.history.internal.store.LogReads;
import parley.history.wiring.HistoryConfig;
import parley.kernel.ConversationId;
import parley.kernel.Probe;

/// Reads entries, the recent ones from memory: this node's, then Redis, then the database for what is
/// left. A cached entry is used only where the given head proves it: its number is at or below the head,
/// and the window shows the content of the head's `mutatedSeq`. Thread-safe.
public final class HotWindow implements AutoCloseable {
    private final LogReads reads;
    private final NodeWindows node;
    private final Optional<RedisWindows> redis;
    private final HotMetrics metrics;
    private final RollbackAlarm alarm;
    private final int entriesMax;
    private final int bytesMax;

    public HotWindow(LogReads reads, HistoryConfig config, String epoch, MeterRegistry registry) {
        this.reads = reads;
        this.metrics = new HotMetrics(registry);
        this.alarm = new RollbackAlarm(reads);
        NewestChanges changes = new NewestChanges();
        this.node = new NodeWindows(config.hot(), changes);
        this.redis = config.redis().map(where -> new RedisWindows(where, config.hot(), epoch, changes, metrics));
        this.entriesMax = config.hot().entriesMax();
        this.bytesMax = config.reads().bytesMax();
    }

    /// Keeps what was committed at hand. Called on the lane's thread after the commit; never blocks.
    public void committed(List<Committed> batch) {
        Map<ConversationId, List<Committed>> byConversation = new LinkedHashMap<>();
        for (Committed committed : batch) {
            byConversation
                    .computeIfAbsent(committed.append().conversation(), id -> new ArrayList<>())
                    .add(committed);
        }
        byConversation.forEach((id, all) -> {
            List<Entry> entries = new ArrayList<>();
            all.forEach(committed -> entries.addAll(committed.entries()));
            Head head = all.getLast().head();
            // What an older window shows is no longer true; the entries of this batch are as they are now.
            boolean isChanged = head.mutatedSeq() >= entries.getFirst().seq();
            node.add(id, head.mutatedSeq(), entries);
            redis.ifPresent(shared -> shared.offer(id, head.mutatedSeq(), entries, isChanged));
        });
    }

    /// A read found this head: what is kept from before its newest change is dropped.
    public void seen(Head head) {
        node.seen(head.conversation(), head.mutatedSeq());
    }

    /// Up to `limit` entries from `first` (at least the floor, at most the head) on, ascending.
    public List<Entry> forward(Head head, long first, int limit) {
        long last = Math.min(head.head(), first + limit - 1);
        Page page = new Page(head, first, 1, Math.toIntExact(last - first + 1));
        fromCaches(page);
        if (page.wants() > 0) {
            page.addRead(reads.forward(head.conversation(), page.next() - 1, last, page.wants()));
        }
        return finish(page);
    }

    /// Up to `limit` entries from `last` (at most the head) down to `floor`, descending.
    public List<Entry> backward(Head head, long last, long floor, int limit) {
        long first = Math.max(floor, last - limit + 1);
        Page page = new Page(head, last, -1, Math.toIntExact(last - first + 1));
        fromCaches(page);
        if (page.wants() > 0) {
            page.addRead(reads.backward(head.conversation(), first, page.next() + 1, page.wants()));
        }
        return finish(page);
    }

    /// The entry at each head: from this node's windows, the others in few statements.
    public Map<ConversationId, Entry> newest(Collection<Head> heads) {
        Map<ConversationId, Entry> newest = new HashMap<>();
        List<Head> missing = new ArrayList<>();
        for (Head head : heads) {
            node.find(head.conversation())
                    .flatMap(window -> window.proven(head.mutatedSeq(), head.head()))
                    .ifPresentOrElse(entry -> newest.put(head.conversation(), entry), () -> missing.add(head));
        }
        newest.putAll(reads.newest(missing));
        metrics.read(heads.size() - missing.size(), 0, missing.size());
        return newest;
    }

    private void fromCaches(Page page) {
        Head head = page.head();
        node.find(head.conversation()).ifPresent(window -> {
            alarm.seen(head, window.last());
            page.addNode(seq -> window.proven(head.mutatedSeq(), seq));
        });
        // Redis holds the newest entries only; asking for others would be in vain.
        if (redis.isPresent() && page.wants() > 0 && page.next() > head.head() - entriesMax) {
            long lowest = Math.min(page.next(), page.lastWanted());
            int wanted = Math.toIntExact(head.head() - lowest + 1);
            RedisWindows.Found found = redis.get().read(head, Math.min(wanted, entriesMax));
            alarm.seen(head, found.highest());
            page.addRedis(seq -> Optional.ofNullable(found.proven().get(seq)));
        }
    }

    private List<Entry> finish(Page page) {
        metrics.read(page.fromNode(), page.fromRedis(), page.fromDatabase());
        Head head = page.head();
        List<Entry> ascending = page.ascending();
        if (page.fromRedis() + page.fromDatabase() > 0 && ascending.getLast().seq() == head.head()) {
            node.add(head.conversation(), head.mutatedSeq(), ascending);
            List<Entry> read = page.readAscending();
            if (!read.isEmpty()) {
                redis.ifPresent(shared -> shared.offer(head.conversation(), head.mutatedSeq(), newest(read), false));
            }
        }
        return page.capped(bytesMax);
    }

    private List<Entry> newest(List<Entry> ascending) {
        return ascending.subList(Math.max(0, ascending.size() - entriesMax), ascending.size());
    }

    /// Every entry that this node keeps in memory.
    public List<Entry> cached() {
        return node.all();
    }

    /// True once a cached entry was seen above the head of its conversation: the database lost entries.
    public boolean hasSeenRollback() {
        return alarm.isRaised();
    }

    public List<Probe> probes() {
        return redis.<List<Probe>>map(shared -> List.of(shared.link())).orElse(List.of());
    }

    @Override
    public void close() {
        redis.ifPresent(RedisWindows::close);
    }
}
