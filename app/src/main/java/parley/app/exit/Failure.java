package parley.app.exit;

/// Ends a command: one sentence for the operator and an exit code. Thrown instead of going on with a
/// wrong setting or without something that is needed.
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    public Failure(String sentence) {
        this(sentence, ExitCode.FAILED);
    }

    public Failure(String sentence, int exitCode) {
        super(sentence);
        this.exitCode = exitCode;
    }

    public Failure(String sentence, Throwable cause) {
        super(sentence, cause);
        this.exitCode = ExitCode.FAILED;
    }

    /// One sentence without secrets, fit for a terminal.
    public String sentence() {
        return String.valueOf(getMessage());
    }

    public int exitCode() {
        return exitCode;
    }
}
