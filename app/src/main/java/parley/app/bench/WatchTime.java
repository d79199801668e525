package parley.app.bench;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// The clock that waits are measured by.
interface WatchTime {
    WatchTime REAL = new WatchTime() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void rest(Duration time) {
            LockSupport.parkNanos(time.toNanos());
        }
    };

    long nanos();

    /// Blocks for `time`, or less.
    void rest(Duration time);
}
