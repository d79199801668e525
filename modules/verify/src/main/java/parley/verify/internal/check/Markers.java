package parley.verify.internal.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import parley.verify.Event;
import parley.verify.Invariant;
import parley.verify.Row;

/// I12: read markers and counts.
public final class Markers implements Part {
    private final Chat chat;
    private final Findings findings;
    private final Map<Long, Asking> open = new HashMap<>();
    private final Map<String, Long> told = new HashMap<>();
    private final List<Event.Standing> standings = new ArrayList<>();

    private record Asking(Event.MarkerBegin begin, long before) {}

    public Markers(Chat chat, Findings findings) {
        this.chat = chat;
        this.findings = findings;
    }

    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.MarkerBegin begin ->
                open.put(begin.id(), new Asking(begin, told.getOrDefault(key(begin.account(), begin.conv()), 0L)));
            case Event.Marker marker -> {
                Asking asking = open.remove(marker.id());
                if (asking != null) {
                    grows(asking.begin().account(), asking.begin().conv(), asking.before(), marker.read(), marker);
                }
            }
            case Event.Standing standing -> {
                long before = told.getOrDefault(key(standing.account(), standing.conv()), 0L);
                grows(standing.account(), standing.conv(), before, standing.read(), standing);
                standings.add(standing);
            }
            default -> {}
        }
    }

    private void grows(String account, String conv, long before, long read, Event by) {
        if (read < before) {
            findings.add(
                    Invariant.I12,
                    "the marker of " + account + " in " + conv + " went from " + before + " to " + read,
                    by);
        }
        told.merge(key(account, conv), read, Math::max);
    }

    private static String key(String account, String conv) {
        return account + " " + conv;
    }

    @Override
    public void finish() {
        Map<String, long[]> counts = new HashMap<>();
        for (Event.Standing standing : standings) {
            Event.Dump dump = chat.talk(standing.conv()).dump;
            if (dump != null) {
                long[] upTo = counts.computeIfAbsent(standing.conv(), none -> messagesUpTo(dump));
                compare(standing, dump, upTo);
            }
        }
    }

    private void compare(Event.Standing standing, Event.Dump dump, long[] upTo) {
        int read = Math.clamp(standing.read(), 0, upTo.length - 1);
        long all = upTo[upTo.length - 1];
        if (standing.head() != upTo.length - 1 || standing.messages() != all || standing.unread() != all - upTo[read]) {
            findings.add(
                    Invariant.I12,
                    standing.account() + " is told " + standing.unread() + " unread of " + standing.messages() + " in "
                            + standing.conv() + "; read up to " + standing.read() + " that is " + (all - upTo[read])
                            + " of " + all,
                    standing,
                    Objects.requireNonNull(dump));
        }
    }

    /// For each number how many messages there are up to it.
    private static long[] messagesUpTo(Event.Dump dump) {
        long[] upTo = new long[dump.rows().size() + 1];
        for (int i = 0; i < dump.rows().size(); i++) {
            Row row = dump.rows().get(i);
            upTo[i + 1] = upTo[i] + (row.isMessage() ? 1 : 0);
        }
        return upTo;
    }
}
