package parley.app.verify;

import java.util.List;
import java.util.stream.Collectors;
import parley.app.config.Version;

/// Which program did a run, and with what words: enough to do it again. Stateless.
public final class CommandWords {
    private CommandWords() {}

    /// One line. `words` are those of the command line, the seed among them or added by whoever asks.
    public static String about(List<String> words, List<String> addresses) {
        return "parley " + Version.text() + " on Java " + Runtime.version() + ": "
                + words.stream().map(CommandWords::quoted).collect(Collectors.joining(" ")) + " (at "
                + String.join(" ", addresses) + ")";
    }

    /// As the shell takes it.
    private static String quoted(String word) {
        return word.matches("[-A-Za-z0-9_=,.:/@+]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
