package parley.history.internal;

import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import parley.history.Admission;
import parley.history.Append;
import parley.history.AppendResult;
import parley.history.Entry;
import parley.history.Head;
import parley.history.History;
import parley.history.Projection;
import parley.history.internal.hot.HotWindow;
import parley.history.internal.lane.BatchPlanner;
import parley.history.internal.lane.Item;
import parley.history.internal.lane.KeyMaker;
import parley.history.internal.lane.Lanes;
import parley.history.internal.lane.NewestCommits;
import parley.history.internal.store.BodyMac;
import parley.history.internal.store.Dataset;
import parley.history.internal.store.Durability;
import parley.history.internal.store.Epoch;
import parley.history.internal.store.LogReads;
import parley.history.wiring.HistoryConfig;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.kernel.Probe;

/// The log in a database: MariaDB, MySQL, or the embedded H2.
public final class MySqlHistory implements History, AutoCloseable {
    private static final Logger LOG = System.getLogger(MySqlHistory.class.getName());
    private static final int HEADS_MAX = 2_000;
    private static final int LIMIT_MAX = 1_000;
    private static final int CHANGED_MAX = 10_000;
    private static final byte[] NO_MAC = new byte[16];

    private final Dataset dataset;
    private final Epoch epoch;
    private final BodyMac bodyMac;
    private final KeyMaker keys = new KeyMaker();
    private final LogReads reads;
    private final HotWindow hot;
    private final NewestCommits commits;
    private final Lanes lanes;
    private final List<Probe> probes;

    public MySqlHistory(
            Database database,
            HistoryConfig config,
            Admission admission,
            Projection projection,
            MeterRegistry registry) {
        Durability durability = Durability.of(database, config.allowWeakDurability());
        dataset = Dataset.open(database);
        epoch = new Epoch(dataset.epoch());
        bodyMac = new BodyMac(dataset.bodyMacKey());
        reads = new LogReads(database, config.reads());
        HistoryMetrics metrics = new HistoryMetrics(registry);
        hot = new HotWindow(reads, config, dataset.epoch(), registry);
        commits = new NewestCommits(epoch, config.lanes().lanes());
        lanes = new Lanes(database, config.lanes(), admission, projection, commits, observer(metrics, projection));
        metrics.watchLanes(config.lanes().lanes(), lanes::depth);
        List<Probe> all = new ArrayList<>();
        all.add(new LogProbe(lanes, config.lanes(), hot, epoch));
        all.add(durability);
        all.addAll(hot.probes());
        probes = List.copyOf(all);
        lanes.start();
    }

    private Lanes.Observer observer(HistoryMetrics metrics, Projection projection) {
        return new Lanes.Observer() {
            @Override
            public void committed(List<AppendResult.Committed> committed) {
                keep(committed);
                projection.committed(committed);
            }

            @Override
            public void finished(int appends, long nanos) {
                metrics.finished(appends, nanos);
            }

            @Override
            public void answered(AppendResult result) {
                metrics.answered(result);
            }
        };
    }

    /// Speed must not stop what is told to others.
    private void keep(List<AppendResult.Committed> committed) {
        try {
            hot.committed(committed);
        } catch (RuntimeException fault) {
            LOG.log(Level.ERROR, "hot data could not be kept", fault);
        }
    }

    @Override
    public void append(Append append, Consumer<? super AppendResult> done) {
        byte[] mac = append.clientId() == null ? NO_MAC : bodyMac.of(append.entries());
        lanes.append(new Item(append, keys.keyOf(append), mac), done);
    }

    @Override
    public AppendResult append(Append append) {
        CompletableFuture<AppendResult> answer = new CompletableFuture<>();
        append(append, answer::complete);
        return answer.join();
    }

    @Override
    public Optional<AppendResult> repeated(Append append) {
        String clientId = append.clientId();
        if (clientId == null) {
            return Optional.empty();
        }
        return reads.sent(append.conversation(), append.author(), KeyMaker.clientBytes(clientId))
                .map(sent -> BatchPlanner.answerTo(sent, bodyMac.of(append.entries())));
    }

    @Override
    public Map<ConversationId, Head> heads(Collection<ConversationId> conversations) {
        List<ConversationId> distinct = conversations.stream().distinct().toList();
        if (distinct.size() > HEADS_MAX) {
            throw new IllegalArgumentException("at most 2000 heads at once, not " + distinct.size());
        }
        return distinct.isEmpty() ? Map.of() : reads.heads(distinct);
    }

    @Override
    public List<Changed> changed(long from, long to, long after, int limit) {
        if (limit < 1 || limit > CHANGED_MAX) {
            throw new IllegalArgumentException("limit must be between 1 and " + CHANGED_MAX + ", not " + limit);
        }
        List<Changed> changed = reads.changed(from, to, after, limit);
        changed.forEach(each -> hot.seen(each.head()));
        return changed;
    }

    @Override
    public List<Entry> readForward(Head head, long after, int limit) {
        requireLimit(limit);
        long first = Math.max(Math.max(after, 0) + 1, floorOf(head));
        return first > head.head() ? List.of() : hot.forward(head, first, limit);
    }

    @Override
    public List<Entry> readBackward(Head head, long before, int limit) {
        requireLimit(limit);
        long last = Math.min(before - 1, head.head());
        long floor = floorOf(head);
        return last < floor ? List.of() : hot.backward(head, last, floor, limit);
    }

    @Override
    public Map<ConversationId, Entry> newest(Collection<Head> heads) {
        if (heads.size() > HEADS_MAX) {
            throw new IllegalArgumentException("at most " + HEADS_MAX + " at once, not " + heads.size());
        }
        return hot.newest(heads);
    }

    /// Every entry that this node keeps in memory, for tests that search all of them.
    List<Entry> cached() {
        return hot.cached();
    }

    private static long floorOf(Head head) {
        return Math.max(1, head.floor());
    }

    private static void requireLimit(int limit) {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("limit must be between 1 and 1000, not " + limit);
        }
    }

    @Override
    public String epoch() {
        return dataset.epoch();
    }

    /// Calls `ending` once, when the epoch of this log is over.
    public void atEndOfEpoch(Runnable ending) {
        epoch.atEnd(ending);
    }

    /// See [parley.history.wiring.HistoryModule#testify].
    public void testify(Connection connection) throws SQLException {
        commits.testify(connection);
    }

    @Override
    public List<Probe> probes() {
        return probes;
    }

    @Override
    public void close() {
        lanes.close();
        hot.close();
    }
}
