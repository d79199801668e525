package parley.verify.internal.check;

import java.util.HashSet;
import java.util.Set;
import parley.verify.Event;
import parley.verify.Invariant;
import parley.verify.Row;

/// I11 for those who may read and not write: between the entry that mutes somebody for good and the one
/// that ends it, or the membership, there is no message, edit or reaction of theirs.
final class Mutes {
    private static final String MUTED = ":muted:";
    private static final Set<String> WRITING = Set.of(Row.MESSAGE, Row.EDIT, Row.REACTION);

    private Mutes() {}

    /// Whether a member entry with this print mutes, or ends a mute.
    static boolean is(String print) {
        return print.contains(MUTED);
    }

    static void check(Event.Dump dump, Findings findings) {
        Set<String> muted = new HashSet<>();
        for (Row row : dump.rows()) {
            if (row.kind().equals(Row.MEMBER)) {
                String account = row.print().substring(0, row.print().indexOf(':'));
                if (is(row.print()) && !row.print().endsWith(MUTED + "0")) {
                    muted.add(account);
                } else if (!row.print().endsWith(":role")) {
                    muted.remove(account);
                }
            } else if (WRITING.contains(row.kind()) && muted.contains(row.author())) {
                findings.add(
                        Invariant.I11,
                        row.author() + " was muted in " + dump.conv() + " and wrote " + row.seq() + ", a " + row.kind(),
                        dump);
            }
        }
    }
}
