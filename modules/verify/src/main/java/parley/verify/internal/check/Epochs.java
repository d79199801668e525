package parley.verify.internal.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.verify.Event;
import parley.verify.Row;

/// Says of each epoch that ended what was lost with it. No invariant: an operator may ask for a new epoch.
/// But one that ended though all that anybody saw in it is still there made everybody read everything
/// anew for nothing.
public final class Epochs implements Part {
    private final Chat chat;
    private final Findings findings;
    private final Map<String, Map<Long, String>> stored = new HashMap<>();

    public Epochs(Chat chat, Findings findings) {
        this.chat = chat;
        this.findings = findings;
    }

    @Override
    public void accept(Event event) {
        if (event instanceof Event.Dump dump) {
            Map<Long, String> rows = new HashMap<>();
            for (Row row : dump.rows()) {
                rows.put(row.seq(), Talk.identity(row));
            }
            stored.put(dump.conv(), rows);
        }
    }

    @Override
    public void finish() {
        List<String> over = new ArrayList<>(chat.epochs());
        over.remove(chat.epoch());
        if (!stored.isEmpty()) {
            over.forEach(epoch -> ended(epoch, chat.talksIn(epoch)));
        }
    }

    private void ended(String epoch, Collection<Talk> talks) {
        long seen = 0;
        long gone = 0;
        for (Talk talk : talks) {
            Map<Long, String> rows = stored.getOrDefault(talk.conv, Map.of());
            for (long seq = 1; seq <= talk.highestSeen(); seq++) {
                Talk.@Nullable Seen one = talk.seen(seq);
                if (one != null) {
                    seen++;
                    gone += one.identity().equals(rows.get(seq)) ? 0 : 1;
                }
            }
            // An acknowledged change has no identity, but a number.
            gone += rows.containsKey(talk.acked) || talk.acked <= talk.highestSeen() ? 0 : 1;
        }
        findings.note(
                gone > 0
                        ? "the epoch " + epoch + " ended: of " + seen + " entries that were seen in it " + gone
                                + " are gone or others now"
                        : "the epoch " + epoch + " ended, and nothing is gone or other of the " + seen
                                + " entries that were seen in it: everybody had to read everything anew for nothing");
    }
}
