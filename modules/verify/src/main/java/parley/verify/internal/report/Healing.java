package parley.verify.internal.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import parley.verify.Event;

/// What each fault did to clients, and how soon after its end all was as before. A fault answers for
/// what happens until the next one begins. Used by one thread.
final class Healing {
    private static final String OVER = "reading";

    final List<Span> spans = new ArrayList<>();
    private final List<Span> open = new ArrayList<>();
    private final List<Span> ended = new ArrayList<>();
    private final Map<String, Event.Close> away = new HashMap<>();
    private final Map<String, Long> asked = new HashMap<>();
    private final Map<String, Long> known = new HashMap<>();
    private final Map<String, String> convs = new HashMap<>();
    private String epoch = "";

    /// Times in milliseconds. `longestAway` is that of a device that did not go by itself, `longestAnswer` of
    /// a message from its first attempt on; `restored` is when the last device was back, the last
    /// message from before was answered, and the last entry from before had arrived, counted from the end.
    static final class Span {
        final String name;
        final long begin;
        String effect = "";
        long end;
        int sent;
        int acknowledged;
        int unknown;
        double longestAway;
        double longestAnswer;
        double restored;
        private final Set<String> missing = new HashSet<>();
        private final Set<String> ownWay = new HashSet<>();

        Span(String name, long begin) {
            this.name = name;
            this.begin = begin;
            this.end = begin;
        }

        double seconds() {
            return (end - begin) / 1e9;
        }

        private void restored(long now) {
            restored = Math.max(restored, (now - end) / 1e6);
        }
    }

    void accept(Event event) {
        switch (event) {
            case Event.Fault fault when fault.on() -> begins(fault);
            case Event.Fault fault -> ends(fault);
            case Event.Send send -> {
                Long unused = asked.putIfAbsent(send.id(), send.t());
                String unusedConv = convs.putIfAbsent(send.id(), send.conv());
                open.forEach(span -> span.sent++);
            }
            case Event.Ack ack -> answered(ack);
            case Event.Unknown _ -> {
                open.forEach(span -> span.unknown++);
                ended.forEach(span -> span.unknown++);
            }
            case Event.Close close -> {
                away.put(close.dev(), close);
                if (close.planned()) {
                    ended.forEach(span -> span.ownWay.add(close.dev()));
                }
            }
            case Event.Connect connect -> back(connect);
            case Event.Resume resume -> told(resume.epoch());
            case Event.Recv recv -> received(recv);
            case Event.Phase phase when phase.name().equals(OVER) -> ended.clear();
            default -> {}
        }
    }

    /// Numbers of another epoch are those of other entries.
    private void told(String now) {
        if (!now.isEmpty() && !now.equals(epoch)) {
            epoch = now;
            known.clear();
        }
    }

    private void begins(Event.Fault fault) {
        if (open.stream().noneMatch(span -> span.name.equals(fault.name()))) {
            Span span = new Span(fault.name(), fault.t());
            spans.add(span);
            open.add(span);
            ended.clear();
        }
        open.stream().filter(span -> span.name.equals(fault.name())).forEach(span -> span.effect = fault.effect());
    }

    private void ends(Event.Fault fault) {
        for (Span span : List.copyOf(open)) {
            if (span.name.equals(fault.name())) {
                span.end = fault.t();
                away.values().stream()
                        .filter(close -> !close.planned())
                        .forEach(close -> span.missing.add(close.dev()));
                open.remove(span);
                ended.add(span);
            }
        }
    }

    private void answered(Event.Ack ack) {
        String conv = convs.get(ack.id());
        Long since = asked.remove(ack.id());
        if (conv == null || since == null) {
            return;
        }
        Long unused = known.putIfAbsent(conv + " " + ack.seq(), ack.t());
        double millis = (ack.t() - since) / 1e6;
        open.forEach(span -> answered(span, millis));
        for (Span span : ended) {
            answered(span, millis);
            if (since < span.end) {
                span.restored(ack.t());
            }
        }
    }

    private static void answered(Span span, double millis) {
        span.acknowledged++;
        span.longestAnswer = Math.max(span.longestAnswer, millis);
    }

    private void back(Event.Connect connect) {
        Event.Close close = away.remove(connect.dev());
        if (close == null || close.planned()) {
            return;
        }
        double millis = (connect.t() - close.t()) / 1e6;
        open.forEach(span -> span.longestAway = Math.max(span.longestAway, millis));
        for (Span span : ended) {
            span.longestAway = Math.max(span.longestAway, millis);
            if (span.missing.remove(connect.dev())) {
                span.restored(connect.t());
            }
        }
    }

    private void received(Event.Recv recv) {
        Long before = known.putIfAbsent(recv.conv() + " " + recv.row().seq(), recv.t());
        if (before != null) {
            for (Span span : ended) {
                if (before < span.end && !span.ownWay.contains(recv.dev())) {
                    span.restored(recv.t());
                }
            }
        }
    }
}
