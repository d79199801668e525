package parley.verify.internal.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import parley.verify.Event;
import parley.verify.Verdict;

/// Adds a record up, and writes what came out for programs and for people. Used by one thread.
public final class Reports {
    private static final long SECOND = 1_000_000_000;

    final Map<String, Tally> phases = new LinkedHashMap<>();
    final NavigableMap<Integer, Tally> seconds = new TreeMap<>();
    final List<Mark> phaseMarks = new ArrayList<>();
    final List<Mark> faults = new ArrayList<>();
    final Map<String, Pause> pauses = new LinkedHashMap<>();
    final Healing healing = new Healing();
    Event.@Nullable Began began;
    String source = "";
    int conversations;
    int entries;
    private final Map<String, Long> sent = new HashMap<>();
    private final Map<String, Long> first = new HashMap<>();
    private final Map<String, Long> away = new HashMap<>();

    /// Those of [#away] that did not choose it.
    private final Set<String> lost = new HashSet<>();

    private Tally phase = new Tally();
    private long begin = Long.MIN_VALUE;
    private long now;

    /// Something at a time, in seconds since the beginning.
    record Mark(double at, String name, boolean on, boolean seen, String text) {}

    /// Of a device: how often it lost its connection, and for how long at most, in milliseconds.
    static final class Pause {
        String speaks = "";
        int closes;
        double longest;
        double latest;
    }

    public void accept(Event event) {
        if (begin == Long.MIN_VALUE) {
            begin = event.t();
        }
        now = event.t();
        healing.accept(event);
        switch (event) {
            case Event.Began one -> began = one;
            case Event.Device device -> pause(device.dev()).speaks = device.speaks();
            case Event.Phase one -> {
                phase = phases.computeIfAbsent(one.name(), none -> new Tally());
                phaseMarks.add(new Mark(at(), one.name(), true, true, ""));
            }
            case Event.Fault fault ->
                faults.add(new Mark(at(), fault.name(), fault.on(), fault.seen(), fault.effect()));
            case Event.Send send -> {
                sent.put(send.id() + " " + send.attempt(), now);
                first.putIfAbsent(send.id(), now);
                second().sent++;
                phase.sent++;
            }
            case Event.Ack ack -> acknowledged(ack);
            case Event.Nack nack -> {
                if (sent.remove(nack.id() + " " + nack.attempt()) != null) {
                    second().refused++;
                    phase.refused++;
                }
            }
            case Event.Unknown unknown -> {
                if (sent.remove(unknown.id() + " " + unknown.attempt()) != null) {
                    second().unknown++;
                    phase.unknown++;
                }
            }
            case Event.Recv recv -> delivered(recv);
            default -> rest(event);
        }
    }

    private void rest(Event event) {
        switch (event) {
            case Event.Close close -> {
                second().closed++;
                phase.closed++;
                pause(close.dev()).closes++;
                away.put(close.dev(), now);
                if (!close.planned()) {
                    boolean unused = lost.add(close.dev());
                }
            }
            case Event.Connect connect -> {
                Long since = away.remove(connect.dev());
                if (since != null) {
                    gap(connect.dev(), since);
                    Pause pause = pause(connect.dev());
                    pause.longest = Math.max(pause.longest, (now - since) / 1e6);
                }
            }
            case Event.Dump dump -> {
                source = dump.source();
                conversations++;
                entries += dump.rows().size();
            }
            default -> {}
        }
    }

    /// A device was away from `since` until now: in the picture of each second that this touches.
    private void gap(String dev, long since) {
        if (lost.remove(dev)) {
            for (int second = second(since); second <= second(now); second++) {
                seconds.computeIfAbsent(second, none -> new Tally()).away++;
            }
        }
    }

    private void acknowledged(Event.Ack ack) {
        Long since = sent.remove(ack.id() + " " + ack.attempt());
        if (since != null) {
            double millis = (now - since) / 1e6;
            second().acknowledged++;
            second().acks.add(millis);
            phase.acknowledged++;
            phase.acks.add(millis);
        }
    }

    private void delivered(Event.Recv recv) {
        second().delivered++;
        phase.delivered++;
        Long since = first.get(recv.row().id());
        if (since != null) {
            double millis = (now - since) / 1e6;
            second().deliveries.add(millis);
            phase.deliveries.add(millis);
            Pause pause = pause(recv.dev());
            pause.latest = Math.max(pause.latest, millis);
        }
    }

    private Pause pause(String dev) {
        return pauses.computeIfAbsent(dev, none -> new Pause());
    }

    private double at() {
        return (now - begin) / 1e9;
    }

    private Tally second() {
        return seconds.computeIfAbsent(second(now), none -> new Tally());
    }

    private int second(long t) {
        return (int) ((t - begin) / SECOND);
    }

    /// After the last event: `name.json` and `name.html`.
    public void write(Path folder, String name, Verdict verdict) {
        List.copyOf(lost).forEach(dev -> gap(dev, away.getOrDefault(dev, now)));
        for (int second = 0; !seconds.isEmpty() && second < seconds.lastKey(); second++) {
            // Seconds in which nothing happened are part of the picture.
            Tally unused = seconds.computeIfAbsent(second, none -> new Tally());
        }
        try {
            Path unusedJson = Files.writeString(folder.resolve(name + ".json"), new ReportJson(this, verdict).text());
            Path unusedHtml = Files.writeString(folder.resolve(name + ".html"), new ReportPage(this, verdict).text());
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
