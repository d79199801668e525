package parley.verify.internal.check;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.verify.Event;
import parley.verify.Invariant;
import parley.verify.Row;
import parley.verify.Verdict;
import parley.verify.Violation;

/// What was found so far: all of it counted, the first of each kind kept.
public final class Findings {
    private static final int EXAMPLES_MAX = 20;
    private static final int ROWS_MAX = 20;

    private final Map<Invariant, Integer> counts = new EnumMap<>(Invariant.class);
    private final List<Violation> examples = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /// `events` are those that show it, as far as there are any.
    void add(Invariant invariant, String sentence, @Nullable Event... events) {
        if (counts.merge(invariant, 1, Integer::sum) <= EXAMPLES_MAX) {
            examples.add(new Violation(
                    invariant,
                    sentence,
                    Stream.of(events)
                            .filter(Objects::nonNull)
                            .map(Findings::brief)
                            .toList()));
        }
    }

    /// Worth to be known, and no violation.
    void note(String sentence) {
        notes.add(sentence);
    }

    /// A page or a table with its last rows only.
    private static Event brief(Event event) {
        return switch (event) {
            case Event.Hist hist -> new Event.Hist(hist.t(), hist.id(), last(hist.rows()), hist.head(), hist.epoch());
            case Event.Dump dump ->
                new Event.Dump(
                        dump.t(),
                        dump.source(),
                        dump.conv(),
                        dump.epoch(),
                        dump.head(),
                        dump.messages(),
                        last(dump.rows()),
                        List.of());
            default -> event;
        };
    }

    private static List<Row> last(List<Row> rows) {
        return rows.subList(Math.max(0, rows.size() - ROWS_MAX), rows.size());
    }

    public Verdict verdict() {
        return new Verdict(counts, examples, notes);
    }
}
