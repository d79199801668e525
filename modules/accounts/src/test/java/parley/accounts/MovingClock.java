package parley.accounts;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/// The real time plus what a test moved it by. Thread-safe.
public final class MovingClock implements InstantSource {
    private final AtomicLong movedMillis = new AtomicLong();

    @Override
    public Instant instant() {
        return Instant.now().plusMillis(movedMillis.get());
    }

    public void move(Duration by) {
        movedMillis.addAndGet(by.toMillis());
    }
}
