package parley.accounts.internal.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Times as they are stored: milliseconds since 1970 UTC.
public final class Times {
    /// Stands for "for good".
    public static final long NEVER = Long.MAX_VALUE;

    private Times() {}

    public static Instant instant(long millis) {
        return Instant.ofEpochMilli(millis);
    }

    public static @Nullable Instant instantOrNull(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }
}
