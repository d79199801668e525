package parley.accounts.internal.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Counts failed attempts per key over a sliding window and says when a key has used up its failures.
/// The time is an argument; memory is bounded by the number of keys, the least used are forgotten first.
/// Thread-safe.
///
/// An attempt is announced before it is made and ended after it. With `strict`, attempts under way count
/// as failures until they end, so no number of parallel guesses gets past the limit; without, as many
/// more may pass as are under way at once.
public final class AttemptWindows {
    /// How long a key must wait when only attempts under way stand against it.
    private static final Duration SOON = Duration.ofSeconds(1);

    private final int failuresMax;
    private final long windowMillis;
    private final boolean strict;
    private final Cache<String, State> keys;

    public AttemptWindows(int failuresMax, Duration window, boolean strict, int keysMax) {
        this.failuresMax = failuresMax;
        this.windowMillis = window.toMillis();
        this.strict = strict;
        this.keys = Caffeine.newBuilder()
                .maximumSize(keysMax)
                .expireAfterWrite(window)
                .executor(Runnable::run)
                .build();
    }

    /// Announces an attempt: null when it may be made, and then [#end] must follow; else how long to
    /// wait.
    public @Nullable Duration begin(String key, long nowMillis) {
        // Written by the mapping function, which Caffeine runs at most once, under the key's lock.
        @Nullable Duration[] wait = {null};
        State unused = keys.asMap().compute(key, (name, old) -> {
            State state = old == null ? State.NEW : old.since(nowMillis - windowMillis);
            if (state.failures.length >= failuresMax) {
                wait[0] = Duration.ofMillis(
                        state.failures[state.failures.length - failuresMax] + windowMillis - nowMillis);
                return state;
            }
            if (strict && state.failures.length + state.underWay >= failuresMax) {
                wait[0] = SOON;
                return state;
            }
            return new State(state.failures, state.underWay + 1);
        });
        return wait[0];
    }

    /// Ends an attempt that [#begin] let pass.
    public void end(String key, long nowMillis, boolean failed) {
        State unused = keys.asMap().compute(key, (name, old) -> {
            State state = old == null ? State.NEW : old;
            return new State(
                    failed ? state.with(nowMillis, failuresMax) : state.failures, Math.max(0, state.underWay - 1));
        });
    }

    /// `failures`: their times, ascending. Immutable.
    private static final class State {
        static final State NEW = new State(new long[0], 0);

        final long[] failures;
        final int underWay;

        State(long[] failures, int underWay) {
            this.failures = failures;
            this.underWay = underWay;
        }

        /// Without the failures up to `millis`.
        State since(long millis) {
            int old = 0;
            while (old < failures.length && failures[old] <= millis) {
                old++;
            }
            return old == 0 ? this : new State(Arrays.copyOfRange(failures, old, failures.length), underWay);
        }

        /// The last `keep` failures with one at `millis`; a clock that went back does not disturb the
        /// order.
        long[] with(long millis, int keep) {
            int kept = Math.min(failures.length, keep - 1);
            long[] more = Arrays.copyOfRange(failures, failures.length - kept, failures.length + 1);
            more[kept] = kept == 0 ? millis : Math.max(millis, more[kept - 1]);
            return more;
        }
    }
}
