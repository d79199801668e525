package parley.sessions.internal.protocol;

/// How long a token lets its session (or subscription) live from now on: whole seconds, at least 1, or
/// [#UNLIMITED].
public record Lifetime(int seconds) {
    public static final Lifetime UNLIMITED = new Lifetime(0);

    public Lifetime {
        if (seconds < 0) {
            throw new IllegalArgumentException("a lifetime is not negative: " + seconds);
        }
    }

    public boolean isLimited() {
        return seconds > 0;
    }
}
