package parley.verify.internal.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import parley.verify.Event;
import parley.verify.Invariant;
import parley.verify.Row;

/// I12: read markers and counts.
public final class Markers implements Part {
    private final Chat chat;
    private final Findings findings;
    private final Map<Long, Asking> open = new HashMap<>();
    private final Map<Talk, Map<String, Long>> told = new HashMap<>();
    private final List<Event.Standing> standings = new ArrayList<>();

    /// `before` is the marker in the epoch of the connection that asks.
    private record Asking(Event.MarkerBegin begin, Talk talk, long before) {}

    public Markers(Chat chat, Findings findings) {
        this.chat = chat;
        this.findings = findings;
    }

    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.MarkerBegin begin -> {
                Talk talk = chat.talk(begin.conv(), begin.conn());
                open.put(begin.id(), new Asking(begin, talk, before(talk, chat.account(begin.dev()))));
            }
            case Event.Marker marker -> {
                Asking asking = open.remove(marker.id());
                if (asking != null) {
                    Event.MarkerBegin begin = asking.begin();
                    Talk talk = chat.talk(begin.conv(), begin.dev(), begin.conn());
                    long before = talk == asking.talk() ? asking.before() : 0;
                    grows(talk, chat.account(begin.dev()), before, marker.read(), marker);
                }
            }
            case Event.Standing standing -> {
                Talk talk = chat.talk(standing.conv());
                grows(talk, standing.account(), before(talk, standing.account()), standing.read(), standing);
                standings.add(standing);
            }
            default -> {}
        }
    }

    private long before(Talk talk, String account) {
        return told.getOrDefault(talk, Map.of()).getOrDefault(account, 0L);
    }

    private void grows(Talk talk, String account, long before, long read, Event by) {
        if (read < before) {
            findings.add(
                    Invariant.I12,
                    "the marker of " + account + " in " + talk.conv + " went from " + before + " to " + read,
                    by);
        }
        told.computeIfAbsent(talk, none -> new HashMap<>()).merge(account, read, Math::max);
    }

    @Override
    public void finish() {
        Map<String, long[]> counts = new HashMap<>();
        Set<String> listed = new HashSet<>();
        for (Event.Standing standing : standings) {
            listed.add(standing.account() + " " + standing.conv());
            Event.Dump dump = chat.talk(standing.conv()).dump;
            if (dump != null) {
                long[] upTo = counts.computeIfAbsent(standing.conv(), none -> messagesUpTo(dump));
                compare(standing, dump, upTo);
            }
        }
        chat.founded().forEach(founded -> unlisted(founded, listed));
    }

    /// Whoever is a member at the end and has a device is told so by the list.
    private void unlisted(Event.Founded founded, Set<String> listed) {
        Event.Dump dump = chat.talk(founded.conv()).dump;
        if (dump == null) {
            return;
        }
        Spans spans = Spans.of(dump, founded);
        for (Event.Device device : chat.devices()) {
            String account = device.account();
            if (spans.visibleFrom(account) > 0 && listed.add(account + " " + founded.conv())) {
                findings.add(
                        Invariant.I12,
                        founded.conv() + " is not in the list of conversations of " + account + ", which is a member",
                        device,
                        dump);
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
