package parley.app.verify;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import parley.verify.Verdict;

/// What a run came to, for a terminal. Stateless.
public final class VerdictLines {
    private VerdictLines() {}

    /// A line for each broken promise with its first example, the notes, where the page is, the verdict.
    public static void print(Verdict verdict, Path page, PrintWriter out) {
        verdict.broken().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(one -> out.println(one.getKey() + " broken " + one.getValue() + " times: "
                        + verdict.examples().stream()
                                .filter(example -> example.invariant() == one.getKey())
                                .findFirst()
                                .orElseThrow()
                                .sentence()));
        verdict.notes().forEach(note -> out.println("note: " + note));
        out.println("report " + page);
        out.println("verdict " + verdict.word());
        out.flush();
    }
}
