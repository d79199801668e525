package parley.sessions.internal.transport;

/// What became of a frame given to [Connection#write].
public enum Written {
    /// Queued; it leaves in order.
    TAKEN,
    /// Not queued: the queue is full. [ConnectionListener#drained] will be called once there is room.
    FULL,
    /// Not queued: the connection is closing or has ended.
    CLOSED
}
