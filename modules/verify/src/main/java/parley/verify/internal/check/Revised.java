package parley.verify.internal.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.verify.Event;
import parley.verify.Invariant;
import parley.verify.Row;

/// The part of I3 that is about content: each message is as the edits and the recall of it say that stand in
/// the log.
final class Revised {
    private Revised() {}

    static void check(Event.Dump dump, Findings findings) {
        Map<Long, Row> edits = new HashMap<>();
        Set<Long> recalled = new HashSet<>();
        for (Row row : dump.rows()) {
            if (row.kind().equals(Row.EDIT)) {
                edits.put(row.target(), row);
            } else if (row.kind().equals(Row.RECALL)) {
                recalled.add(row.target());
            }
        }
        for (Row row : dump.rows()) {
            if (row.isMessage() && !isAs(row, edits.get(row.seq()), recalled.contains(row.seq()))) {
                findings.add(
                        Invariant.I3,
                        "message " + row.seq() + " of " + dump.conv() + " is not as its edits and recalls say",
                        dump);
            }
        }
    }

    private static boolean isAs(Row message, @Nullable Row edit, boolean isRecalled) {
        if (isRecalled || message.recalled()) {
            return isRecalled && message.recalled() && message.print().isEmpty();
        }
        return edit == null
                ? message.edited() == 0
                : message.edited() == edit.seq() && message.print().equals(edit.print());
    }
}
