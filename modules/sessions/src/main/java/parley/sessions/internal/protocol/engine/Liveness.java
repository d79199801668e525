package parley.sessions.internal.protocol.engine;

/// When one connection has to show life, and when it has to end: pure, with the time as an argument, in
/// milliseconds. Guarded by its session.
final class Liveness {
    private static final long NEVER = Timed.NEVER;

    private final ProtocolLimits limits;

    /// Until then it must be connected; [#NEVER] once it is.
    private long connectBy;

    private long pingAt = NEVER;

    /// A ping is out; its pong must come until then. [#NEVER] when none is out.
    private long pongBy = NEVER;

    /// The token's end with the grace.
    private long expiresAt = NEVER;

    /// A closing connection sends what is queued here until then.
    private long flushBy = NEVER;

    Liveness(ProtocolLimits limits, long now) {
        this.limits = limits;
        connectBy = now + limits.times().connectMillis();
    }

    /// Connected. `jitter` in [0, 1) spreads the first pings over the second half of the interval.
    void connected(long now, double jitter) {
        connectBy = NEVER;
        long interval = limits.times().pingSeconds() * 1_000L;
        pingAt = now + interval / 2 + (long) (jitter * (interval / 2.0));
    }

    /// The session ends at `at`, the end of its token with the grace; [#NEVER]: never.
    void endsAt(long at) {
        expiresAt = at;
    }

    void pong() {
        pongBy = NEVER;
    }

    void closing(long now) {
        connectBy = NEVER;
        pingAt = NEVER;
        pongBy = NEVER;
        expiresAt = NEVER;
        flushBy = now + limits.times().flushMillis();
    }

    /// What is due, the most urgent first; ask again until nothing is. `unsent`: bytes still wait for
    /// the socket, so a missing pong may be the pace of a slow reader, who gets another window.
    Due due(long now, boolean unsent) {
        if (flushBy <= now) {
            flushBy = NEVER;
            return Due.FLUSHED_LONG_ENOUGH;
        }
        if (connectBy <= now) {
            connectBy = NEVER;
            return Due.STALE;
        }
        if (expiresAt <= now) {
            return Due.EXPIRED;
        }
        if (pongBy <= now) {
            if (!unsent) {
                return Due.NO_PONG;
            }
            pongBy = now + limits.times().pongMillis();
        }
        if (pingAt <= now) {
            pingAt = now + limits.times().pingSeconds() * 1_000L;
            if (pongBy == NEVER) {
                pongBy = now + limits.times().pongMillis();
            }
            return Due.PING;
        }
        return Due.NOTHING;
    }

    long next() {
        return Math.min(Math.min(connectBy, flushBy), Math.min(expiresAt, Math.min(pingAt, pongBy)));
    }

    enum Due {
        NOTHING,
        PING,
        STALE,
        NO_PONG,
        EXPIRED,
        FLUSHED_LONG_ENOUGH
    }
}
