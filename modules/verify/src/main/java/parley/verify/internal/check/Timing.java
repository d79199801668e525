package parley.verify.internal.check;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import parley.verify.Event;
import parley.verify.Invariant;

/// I13: nothing takes longer than promised, counted from the end of the last fault.
public final class Timing implements Part {
    private final Chat chat;
    private final long inTimeNanos;
    private final Findings findings;
    private final Set<String> faults = new HashSet<>();
    private final Map<String, Long> resumed = new HashMap<>();
    private final Map<String, Event.Close> away = new HashMap<>();
    private final Map<String, Long> known = new HashMap<>();
    private final Map<String, Long> sent = new HashMap<>();
    private final Map<String, String> convs = new HashMap<>();
    private final Stalls stalls = new Stalls();
    private long healed = Long.MIN_VALUE;
    private long now = Long.MIN_VALUE;

    public Timing(Chat chat, Duration inTime, Findings findings) {
        this.chat = chat;
        this.inTimeNanos = inTime.toNanos();
        this.findings = findings;
    }

    @Override
    public void accept(Event event) {
        now = event.t();
        switch (event) {
            case Event.Fault fault -> fault(fault);
            case Event.Send send -> {
                sent.put(send.id() + " " + send.attempt(), send.t());
                convs.put(send.id(), send.conv());
            }
            case Event.Ack ack -> {
                String conv = convs.get(ack.id());
                if (conv != null) {
                    known.putIfAbsent(key(chat.talk(conv, ack), ack.seq()), ack.t());
                }
                answered(ack.id() + " " + ack.attempt(), event);
            }
            case Event.Nack nack -> answered(nack.id() + " " + nack.attempt(), event);
            case Event.Unknown unknown -> answered(unknown.id() + " " + unknown.attempt(), event);
            case Event.Resume resume -> {
                resumed.put(resume.dev() + " " + resume.conv(), resume.t());
                stalls.resumed(resume);
            }
            case Event.Recv recv -> {
                received(recv);
                stalls.received(recv);
            }
            case Event.Left left -> stalls.left(left);
            case Event.Close close -> {
                away.put(close.dev(), close);
                ended(close);
            }
            case Event.Connect connect -> back(connect.dev(), connect);
            case Event.Phase phase when phase.name().equals(Reading.PHASE) -> absent();
            default -> {}
        }
    }

    private static String key(Talk talk, long seq) {
        return talk.conv + " " + talk.epoch + " " + seq;
    }

    private void fault(Event.Fault fault) {
        if (fault.on()) {
            faults.add(fault.name());
        } else {
            faults.remove(fault.name());
            healed = fault.t();
        }
    }

    private boolean isLate(long since) {
        return faults.isEmpty() && now - Math.max(since, healed) > inTimeNanos;
    }

    private String span(long since) {
        return (now - Math.max(since, healed)) / 1_000_000 + " ms";
    }

    private void answered(String attempt, Event by) {
        Long begun = sent.remove(attempt);
        if (begun != null && isLate(begun)) {
            findings.add(Invariant.I13, "no answer to " + attempt + " for " + span(begun), by);
        }
    }

    /// Late when others knew of the entry long before, while this device was subscribed.
    private void received(Event.Recv recv) {
        Talk talk = chat.talk(recv.conv(), recv.conn());
        Long before = known.putIfAbsent(key(talk, recv.row().seq()), recv.t());
        if (before != null) {
            long since = Math.max(before, resumed.getOrDefault(recv.dev() + " " + recv.conv(), before));
            if (isLate(since)) {
                findings.add(
                        Invariant.I13,
                        recv.dev() + " got " + recv.row().seq() + " of " + recv.conv() + " " + span(since) + " late",
                        recv);
            }
        }
    }

    /// Late is also what never came, because the connection ended first.
    private void ended(Event.Close close) {
        stalls.ended(close.dev()).forEach((conv, place) -> {
            Long before = known.get(key(chat.talk(conv, close.conn()), place.at() + 1));
            if (before != null && isLate(Math.max(before, place.since()))) {
                findings.add(
                        Invariant.I13,
                        close.dev() + " had not got " + (place.at() + 1) + " of " + conv + " after "
                                + span(Math.max(before, place.since())) + " when its connection ended",
                        close);
            }
        });
    }

    private void back(String dev, Event by) {
        Event.Close close = away.remove(dev);
        if (close != null && isLate(close.t())) {
            findings.add(Invariant.I13, dev + " was away for " + span(close.t()), close, by);
        }
    }

    private void absent() {
        for (Event.Device device : chat.devices()) {
            Event.Close close = away.get(device.dev());
            if (close != null && isLate(close.t())) {
                findings.add(Invariant.I13, device.dev() + " did not come back for " + span(close.t()), close);
                away.remove(device.dev());
            }
        }
    }

    @Override
    public void finish() {
        for (Event.Device device : chat.devices()) {
            Event.Close close = away.get(device.dev());
            if (close != null && !close.planned() && isLate(close.t())) {
                findings.add(Invariant.I13, device.dev() + " never came back", close);
            }
        }
        sent.forEach((attempt, begun) -> {
            if (isLate(begun)) {
                findings.add(Invariant.I13, "never an answer to " + attempt);
            }
        });
    }
}
