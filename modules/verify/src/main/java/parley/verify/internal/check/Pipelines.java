package parley.verify.internal.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.verify.Event;
import parley.verify.Invariant;

/// I8 of one connection: first attempts that it sent to a conversation one after the other, and that
/// were acknowledged as new, have ascending numbers.
final class Pipelines {
    private final Findings findings;
    private final Map<String, List<Sent>> lines = new HashMap<>();
    private final Map<String, Sent> open = new HashMap<>();
    private final Set<Long> closed = new HashSet<>();

    private static final class Sent {
        final Event.Send send;
        Event.@Nullable Ack ack;

        Sent(Event.Send send) {
            this.send = send;
        }
    }

    Pipelines(Findings findings) {
        this.findings = findings;
    }

    void begun(Event.Send send) {
        Sent sent = new Sent(send);
        open.put(send.id(), sent);
        lines.computeIfAbsent(send.conn() + " " + send.conv(), none -> new ArrayList<>())
                .add(sent);
    }

    /// What is answered from now on was sent again by an SDK on its next connection, in any order.
    void closed(Event.Close close) {
        closed.add(close.conn());
    }

    void acked(Event.Ack ack) {
        Sent sent = ack.attempt() == 1 ? open.remove(ack.id()) : null;
        if (sent != null && !ack.repeated() && !closed.contains(sent.send.conn())) {
            sent.ack = ack;
        }
    }

    void finish() {
        for (List<Sent> line : lines.values()) {
            Event.Ack before = null;
            for (Sent sent : line) {
                Event.Ack ack = sent.ack;
                if (ack != null && before != null && ack.seq() <= before.seq()) {
                    findings.add(
                            Invariant.I8,
                            "sent later on the same connection, and got " + ack.seq() + " after " + before.seq(),
                            before,
                            sent.send,
                            ack);
                }
                before = ack == null ? before : ack;
            }
        }
    }
}
