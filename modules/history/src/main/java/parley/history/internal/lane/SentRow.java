package parley.history.internal.lane;

/// What `history_sent` knows of an append that was committed: seq and time of its last entry, the MAC of
/// its bodies, and the random number of the transaction that wrote it.
@SuppressWarnings("ArrayRecordComponent")
public record SentRow(long seq, long time, byte[] bodyMac, long batch) {}
