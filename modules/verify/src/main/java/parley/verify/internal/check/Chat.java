package parley.verify.internal.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.verify.Event;

/// Who is who: devices, conversations, and in which epoch each connection is. The first part, so that the
/// others see what an event means for these.
///
/// Numbers of different epochs are not compared, and while one ends some nodes, and so some connections,
/// are still in it. So what somebody was told counts in the epoch of the answer itself (a page, the
/// tables), else in that of the connection that brought it.
public final class Chat implements Part {
    private final Map<String, Event.Device> devices = new LinkedHashMap<>();
    private final Map<String, Event.Founded> founded = new LinkedHashMap<>();
    private final Map<String, Map<String, Talk>> talks = new LinkedHashMap<>();

    /// As a connection was told; nothing for one that was not told so far.
    private final Map<Long, String> epochs = new HashMap<>();

    /// The newest connection of each device.
    private final Map<String, Long> newest = new HashMap<>();

    private final Set<Long> closed = new HashSet<>();
    private final Map<String, Attempt> attempts = new HashMap<>();

    /// In the order in which anybody was told of them.
    private final List<String> told = new ArrayList<>();

    private String epoch = "";

    /// Who asked, on which connection.
    private record Attempt(String dev, long conn) {}

    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.Device device -> devices.put(device.dev(), device);
            case Event.Founded conversation -> founded.put(conversation.conv(), conversation);
            case Event.Connect connect -> {
                newest.put(connect.dev(), connect.conn());
                told(connect.conn(), connect.epoch());
            }
            case Event.Resume resume -> told(resume.conn(), resume.epoch());
            case Event.Close close -> closed.add(close.conn());
            case Event.Send send -> attempts.put(name(send.id(), send.attempt()), new Attempt(send.dev(), send.conn()));
            case Event.Change change ->
                attempts.put(name(change.id(), change.attempt()), new Attempt(change.dev(), change.conn()));
            case Event.Hist hist -> told(hist.epoch());
            case Event.Dump dump -> {
                told(dump.epoch());
                epoch = dump.epoch().isEmpty() ? epoch : dump.epoch();
                in(dump.conv(), epoch).dump = dump;
            }
            default -> {}
        }
    }

    /// A connect that subscribed nothing tells no epoch.
    private void told(long conn, String now) {
        if (!now.isEmpty()) {
            epochs.put(conn, now);
            told(now);
        }
    }

    private void told(String now) {
        if (!now.isEmpty() && !told.contains(now)) {
            told.add(now);
            epoch = now;
        }
    }

    private static String name(String id, int attempt) {
        return id + " " + attempt;
    }

    @Override
    public void finish() {}

    /// The account of a device, empty for one that was not declared.
    String account(String dev) {
        Event.Device device = devices.get(dev);
        return device == null ? "" : device.account();
    }

    Collection<Event.Device> devices() {
        return devices.values();
    }

    Event.@Nullable Founded founded(String conv) {
        return founded.get(conv);
    }

    Collection<Event.Founded> founded() {
        return founded.values();
    }

    /// All epochs that anybody was told, in that order.
    List<String> epochs() {
        return told;
    }

    /// The newest epoch, in the end that of the tables.
    String epoch() {
        return epoch;
    }

    /// What is known of a conversation, in each epoch.
    Collection<Talk> talks(String conv) {
        return talks.getOrDefault(conv, Map.of()).values();
    }

    Collection<Talk> talksIn(String ofEpoch) {
        return talks.values().stream()
                .flatMap(all -> all.values().stream())
                .filter(talk -> talk.epoch.equals(ofEpoch))
                .toList();
    }

    /// The conversation in the newest epoch.
    Talk talk(String conv) {
        return in(conv, epoch);
    }

    /// The conversation as a connection knows it.
    Talk talk(String conv, long conn) {
        return in(conv, epochs.getOrDefault(conn, epoch));
    }

    /// As `dev` knows it when it is answered what it asked on `conn`: an SDK may have asked that again
    /// on its next connection.
    Talk talk(String conv, String dev, long conn) {
        boolean isOver = conn == 0 || closed.contains(conn);
        return talk(conv, isOver ? newest.getOrDefault(dev, conn) : conn);
    }

    /// As whoever asked for it knows it when the acknowledgement comes.
    Talk talk(String conv, Event.Ack ack) {
        Attempt by = attempts.get(name(ack.id(), ack.attempt()));
        return by == null ? talk(conv) : talk(conv, by.dev(), by.conn());
    }

    /// As a page tells it.
    Talk talk(Event.HistBegin begin, Event.Hist hist) {
        return in(begin.conv(), hist.epoch().isEmpty() ? epoch : hist.epoch());
    }

    private Talk in(String conv, String ofEpoch) {
        return talks.computeIfAbsent(conv, none -> new LinkedHashMap<>())
                .computeIfAbsent(ofEpoch, none -> new Talk(conv, ofEpoch));
    }
}
