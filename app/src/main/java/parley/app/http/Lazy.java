package parley.app.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes a value at its first use, once. Thread-safe.
final class Lazy<T> implements Supplier<T> {
    private final Supplier<T> maker;
    private final ReentrantLock lock = new ReentrantLock();

    /// Written once under the lock; a reader that still sees null takes the lock.
    private volatile @Nullable T made;

    Lazy(Supplier<T> maker) {
        this.maker = maker;
    }

    @Override
    public T get() {
        T value = made;
        if (value == null) {
            lock.lock();
            try {
                value = makeLocked();
            } finally {
                lock.unlock();
            }
        }
        return value;
    }

    @GuardedBy("lock")
    private T makeLocked() {
        T value = made;
        if (value == null) {
            value = maker.get();
            made = value;
        }
        return value;
    }
}
