package parley.kernel;

/// What a probe found. `reason` is one sentence for an operator, empty when all is well; never a secret,
/// never exception text.
public record Health(Status status, String reason) {
    /// Worst last.
    public enum Status {
        UP,
        /// Promises hold, something an operator should mend is wrong.
        DEGRADED,
        /// This node cannot serve: it takes no new traffic.
        DOWN
    }

    public static Health up() {
        return new Health(Status.UP, "");
    }

    public static Health degraded(String reason) {
        return new Health(Status.DEGRADED, reason);
    }

    public static Health down(String reason) {
        return new Health(Status.DOWN, reason);
    }
}
