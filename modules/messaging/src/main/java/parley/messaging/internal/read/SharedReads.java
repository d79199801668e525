package parley.messaging.internal.read;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import parley.kernel.Unavailable;

/// Reads of single keys that many threads want at the same moment, made together: while some statements
/// are under way, whoever comes gathers for the next. So a crowd that connects costs a few statements
/// and a few connections of the pool, and a single reader waits for nobody. Thread-safe.
public final class SharedReads<K, V> {

    /// Reads some keys in one go; keys that do not exist are missing in the answer.
    public interface Source<K, V> {
        Map<K, V> read(List<K> keys);
    }

    private final Source<K, V> source;
    private final int keysMax;
    private final Semaphore underWay;
    private final ReentrantLock lock = new ReentrantLock();

    /// Takes more keys until its read begins.
    @GuardedBy("lock")
    private @Nullable Gathering<K, V> gathering;

    /// At most `readsMax` reads at a time, of at most `keysMax` keys each.
    public SharedReads(Source<K, V> source, int keysMax, int readsMax) {
        this.source = source;
        this.keysMax = keysMax;
        this.underWay = new Semaphore(readsMax);
    }

    private static final class Gathering<K, V> {
        private final Set<K> keys = new LinkedHashSet<>();
        private final CountDownLatch over = new CountDownLatch(1);
        private volatile @Nullable Map<K, V> found;
        private volatile @Nullable RuntimeException fault;
    }

    /// What is known of `keys` (at most `keysMax`), and maybe of others, by a read that began after this
    /// call. Blocks; throws what the source throws.
    public Map<K, V> read(Collection<K> keys) {
        if (keys.size() > keysMax) {
            throw new IllegalArgumentException("at most " + keysMax + " keys at once, not " + keys.size());
        }
        Gathering<K, V> mine;
        boolean first;
        lock.lock();
        try {
            Gathering<K, V> open = gathering;
            first = open == null || open.keys.size() + keys.size() > keysMax;
            mine = first || open == null ? new Gathering<>() : open;
            mine.keys.addAll(keys);
            gathering = mine;
        } finally {
            lock.unlock();
        }
        if (first) {
            lead(mine);
        }
        return await(mine);
    }

    private void lead(Gathering<K, V> mine) {
        underWay.acquireUninterruptibly();
        try {
            close(mine);
            mine.found = source.read(List.copyOf(mine.keys));
        } catch (RuntimeException fault) {
            mine.fault = fault;
        } finally {
            underWay.release();
            mine.over.countDown();
        }
    }

    private void close(Gathering<K, V> mine) {
        lock.lock();
        try {
            if (gathering == mine) {
                gathering = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private static <K, V> Map<K, V> await(Gathering<K, V> mine) {
        try {
            mine.over.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new Unavailable("a read that was interrupted", interrupted);
        }
        RuntimeException fault = mine.fault;
        Map<K, V> found = mine.found;
        if (fault instanceof Unavailable away) {
            throw new Unavailable("a read together with others", away);
        }
        if (fault != null || found == null) {
            throw new IllegalStateException("a read together with others failed", fault);
        }
        return found;
    }
}
