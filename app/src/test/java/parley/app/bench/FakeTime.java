package parley.app.bench;

import java.time.Duration;

/// A clock that goes on when somebody rests, and has something done then. Used by one thread.
final class FakeTime implements WatchTime {
    private long nanos;
    private Runnable onRest = () -> {};

    void onRest(Runnable action) {
        onRest = action;
    }

    long seconds() {
        return Duration.ofNanos(nanos).toSeconds();
    }

    void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public void rest(Duration time) {
        pass(time);
        onRest.run();
    }
}
