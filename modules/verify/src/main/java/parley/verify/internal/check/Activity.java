package parley.verify.internal.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import parley.verify.Bounds;
import parley.verify.Event;
import parley.verify.Invariant;

/// I0: a run in which little happened proves little.
public final class Activity implements Part {
    private static final String HEALTHY = "baseline";
    private static final String SDK = "sdk";
    private static final int BUSY = 111;

    private final Bounds bounds;
    private final Findings findings;
    private final Set<String> silent = new HashSet<>();
    private final Map<String, Open> open = new LinkedHashMap<>();
    private final List<Open> over = new ArrayList<>();
    private final Map<String, Integer> attempts = new HashMap<>();
    private int acknowledged;
    private boolean isSdkThere;

    /// Before the first fault, when there is none at all.
    private boolean isHealthy;

    private int healthySends;
    private int healthyUncertain;

    private static final class Open {
        final Event.Fault fault;
        int sends;
        int unknown;

        Open(Event.Fault fault) {
            this.fault = fault;
        }
    }

    public Activity(Bounds bounds, Findings findings) {
        this.bounds = bounds;
        this.findings = findings;
    }

    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.Device device -> {
                silent.add(device.dev());
                isSdkThere |= device.speaks().equals(SDK);
            }
            case Event.Recv recv -> silent.remove(recv.dev());
            case Event.Phase phase -> isHealthy = phase.name().equals(HEALTHY);
            case Event.Send send -> {
                healthySends += isHealthy ? 1 : 0;
                attempts.put(send.id(), send.attempt());
                open.values().forEach(fault -> fault.sends++);
            }
            case Event.Ack ack -> acknowledged += attempts.containsKey(ack.id()) ? 1 : 0;
            case Event.Nack nack -> healthyUncertain += isHealthy && nack.code() == BUSY ? 1 : 0;
            case Event.Unknown _ -> {
                healthyUncertain += isHealthy ? 1 : 0;
                open.values().forEach(fault -> fault.unknown++);
            }
            case Event.Fault fault -> fault(fault);
            default -> {}
        }
    }

    private void fault(Event.Fault fault) {
        if (!fault.seen()) {
            findings.add(
                    Invariant.I0,
                    fault.name() + (fault.on() ? " was not injected: " : " was not healed: ") + fault.effect(),
                    fault);
        }
        if (fault.on()) {
            // A second event of the same says what was seen.
            open.putIfAbsent(fault.name(), new Open(fault));
        } else if (open.containsKey(fault.name())) {
            over.add(open.remove(fault.name()));
        }
    }

    /// A killed node or database leaves senders without an answer; if nobody was left so, nobody was
    /// there.
    private static boolean leavesUnknown(String name) {
        return name.startsWith("node-kill") || name.startsWith("database-kill");
    }

    @Override
    public void finish() {
        if (healthyUncertain * 100L > healthySends) {
            findings.note(healthyUncertain + " of " + healthySends
                    + " messages were told busy or had no certain answer before anything was broken; less than one in"
                    + " a hundred is healthy");
        }
        if (!isSdkThere) {
            findings.note(
                    "no device used the Java SDK, because the folder verify-sdk is not beside the program: what an"
                            + " SDK does on its own is not part of this proof");
        }
        if (acknowledged < bounds.acknowledgedMin()) {
            findings.add(
                    Invariant.I0,
                    acknowledged + " messages were acknowledged; " + bounds.acknowledgedMin() + " are the least");
        }
        if (!silent.isEmpty()) {
            findings.add(
                    Invariant.I0,
                    silent.size() + " devices received nothing, such as "
                            + silent.iterator().next());
        }
        open.values()
                .forEach(fault -> findings.add(Invariant.I0, fault.fault.name() + " was never healed", fault.fault));
        for (Open fault : over) {
            if (fault.sends < bounds.sendsPerFaultMin()) {
                findings.add(
                        Invariant.I0,
                        fault.sends + " messages were sent during " + fault.fault.name() + "; "
                                + bounds.sendsPerFaultMin() + " are the least",
                        fault.fault);
            }
            if (fault.unknown == 0 && leavesUnknown(fault.fault.name())) {
                findings.add(Invariant.I0, fault.fault.name() + " left no sender without an answer", fault.fault);
            }
        }
    }
}
