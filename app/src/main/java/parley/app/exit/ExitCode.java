package parley.app.exit;

/// The exit codes of the program.
public final class ExitCode {
    public static final int DONE = 0;
    /// Could not start, or failed; one sentence on standard error says why.
    public static final int FAILED = 1;
    /// The command line was wrong.
    public static final int USAGE = 2;
    /// The schema is newer than this version, or dirty.
    public static final int SCHEMA = 3;
    /// `verify` found that something was lost.
    public static final int LOST = 4;

    private ExitCode() {}
}
