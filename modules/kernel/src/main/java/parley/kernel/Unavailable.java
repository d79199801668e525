package parley.kernel;

/// Something outside this process that Parley needs did not answer: the database is away, the pool is
/// exhausted, a call took longer than its time-out. Temporary by nature. What was being done may or may
/// not have happened. Each edge handles it in one place: a temporary error to the client, one log line.
public final class Unavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// `what` names the thing that did not answer (`database`), for logs; it never reaches a client.
    public Unavailable(String what, Throwable cause) {
        super(what, cause);
    }

    public Unavailable(String what) {
        super(what);
    }
}
