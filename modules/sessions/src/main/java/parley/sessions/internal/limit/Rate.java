package parley.sessions.internal.limit;

/// So many per second on average, and `burst` of them at once.
public record Rate(int perSecond, int burst) {

    public Rate {
        if (perSecond < 1 || burst < 1) {
            throw new IllegalArgumentException("a rate is positive: " + perSecond + " per second, burst " + burst);
        }
    }
}
