package parley.verify;

/// A fault that the operator does and undoes by commands for the shell.
public record FaultHook(String name, String on, String off) {
    /// From `NAME=ON_COMMAND::OFF_COMMAND`; an [IllegalArgumentException] says what is wrong.
    public static FaultHook parse(String text) {
        int equal = text.indexOf('=');
        int colons = text.indexOf("::");
        if (equal < 1 || colons < equal + 2 || colons + 2 >= text.length()) {
            throw new IllegalArgumentException("a hook is NAME=ON_COMMAND::OFF_COMMAND, not '" + text + "'");
        }
        return new FaultHook(text.substring(0, equal), text.substring(equal + 1, colons), text.substring(colons + 2));
    }
}
