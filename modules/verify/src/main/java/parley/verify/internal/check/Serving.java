package parley.verify.internal.check;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.verify.Event;
import parley.verify.Invariant;

/// The part of I13 that is about senders: after a fault messages are acknowledged again in time, in every
/// conversation. A busy answer to each is an answer, and no service.
public final class Serving implements Part {
    /// No new messages from there on.
    private static final String OVER = "rest";

    /// Fewer may all have been refused by right.
    private static final int SENDS_MIN = 10;

    private final long inTimeNanos;
    private final Findings findings;
    private final Set<String> faults = new HashSet<>();

    /// Attempts that were begun when everything had had its time since the last fault, with the conversation, and
    /// how many of them were answered otherwise than by an acknowledgement.
    private final Map<String, String> attempts = new HashMap<>();

    private final Map<String, Integer> inVain = new HashMap<>();
    private final Set<String> served = new HashSet<>();

    /// The end of the last fault while none is there, and whether anything was acknowledged in time since.
    private Event.@Nullable Fault healed;

    private boolean isServed;

    public Serving(Duration inTime, Findings findings) {
        this.inTimeNanos = inTime.toNanos();
        this.findings = findings;
    }

    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.Fault fault -> fault(fault);
            case Event.Send send
            when isOverdue(send) -> {
                String unused = attempts.put(send.id() + " " + send.attempt(), send.conv());
            }
            case Event.Nack nack -> failed(nack.id() + " " + nack.attempt());
            case Event.Unknown unknown -> failed(unknown.id() + " " + unknown.attempt());
            case Event.Ack ack -> {
                isServed |= !isOverdue(ack);
                String conv = attempts.get(ack.id() + " " + ack.attempt());
                if (conv != null) {
                    served.add(conv);
                }
            }
            case Event.Phase phase
            when phase.name().equals(OVER) -> {
                judge(event);
                healed = null;
            }
            default -> {}
        }
    }

    private void failed(String attempt) {
        String conv = attempts.get(attempt);
        if (conv != null) {
            Integer unused = inVain.merge(conv, 1, Integer::sum);
        }
    }

    private void fault(Event.Fault fault) {
        if (fault.on()) {
            judge(fault);
            healed = null;
            faults.add(fault.name());
        } else {
            faults.remove(fault.name());
            if (faults.isEmpty()) {
                healed = fault;
                isServed = false;
            }
        }
    }

    private boolean isOverdue(Event event) {
        return healed != null && event.t() - healed.t() > inTimeNanos;
    }

    private void judge(Event now) {
        if (healed != null && isOverdue(now) && !isServed) {
            findings.add(
                    Invariant.I13,
                    "no message was acknowledged within " + inTimeNanos / 1_000_000 + " ms after " + healed.name(),
                    healed,
                    now);
        }
        for (Map.Entry<String, Integer> one : inVain.entrySet()) {
            if (one.getValue() >= SENDS_MIN && !served.contains(one.getKey())) {
                findings.add(
                        Invariant.I13,
                        "none of " + one.getValue() + " messages to " + one.getKey()
                                + " was acknowledged though everything was healed",
                        healed,
                        now);
            }
        }
        attempts.clear();
        inVain.clear();
        served.clear();
    }

    @Override
    public void finish() {}
}
