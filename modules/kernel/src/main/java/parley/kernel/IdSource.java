package parley.kernel;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Makes time-sorted 63-bit ids: 41 bits of milliseconds since 2020-01-01 UTC (until 2089), 10 random
/// bits chosen when the source is made, 12 bits that count within the millisecond.
///
/// Ids of one source are unique and ascending. Two processes may, rarely, make the same id; every table
/// that stores one has it as its primary key, so a collision is an error of that one insert and never a
/// mix-up. Thread-safe; never blocks for more than about a millisecond.
public final class IdSource {
    private static final long EPOCH_MILLIS = 1_577_836_800_000L;
    private static final int NODE_BITS = 10;
    private static final int COUNT_BITS = 12;

    private final InstantSource clock;
    private final long node;
    private final ReentrantLock lock = new ReentrantLock();

    /// Milliseconds and count of the last id, without the node bits.
    @GuardedBy("lock")
    private long last;

    public IdSource(InstantSource clock) {
        this(clock, new SecureRandom().nextInt(1 << NODE_BITS));
    }

    IdSource(InstantSource clock, int node) {
        this.clock = clock;
        this.node = node;
    }

    /// The next id: greater than all that this source gave before, also when the clock goes back.
    public long next() {
        lock.lock();
        try {
            long now = (clock.millis() - EPOCH_MILLIS) << COUNT_BITS;
            last = Math.max(now, last + 1);
            long millis = last >>> COUNT_BITS;
            long count = last & ((1L << COUNT_BITS) - 1);
            return millis << (NODE_BITS + COUNT_BITS) | node << COUNT_BITS | count;
        } finally {
            lock.unlock();
        }
    }

    static void requireId(long value) {
        if (value <= 0) {
            throw new IllegalArgumentException("id must be positive: " + value);
        }
    }

    static Optional<Long> parse(String text) {
        int length = text.length();
        if (length == 0 || length > 19 || text.charAt(0) == '0') {
            return Optional.empty();
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                return Optional.empty();
            }
            value = value * 10 + digit;
        }
        return Optional.of(value);
    }
}
