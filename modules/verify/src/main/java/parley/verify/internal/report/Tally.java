package parley.verify.internal.report;

/// What happened in a span of time: a second, or a phase. Used by one thread.
final class Tally {
    int sent;
    int acknowledged;
    int refused;
    int unknown;
    int delivered;
    int closed;

    /// Devices that had lost their connection and were not back, at any time of it.
    int away;

    final Latencies acks = new Latencies();
    final Latencies deliveries = new Latencies();
}
