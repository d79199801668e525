package parley.verify;

/// What the database holds, read when a run is over.
public interface LogTables {
    /// The [#source] that reads the tables themselves.
    String SQL = "SQL";

    /// How it is read, for the report.
    String source();

    /// The whole of `conversation`, with `t` 0. Blocks; a [VerifyFault] when it cannot be read.
    Event.Dump read(String conversation);
}
