package parley.verify.internal.check;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.verify.Event;

/// Who is who: devices, conversations, and the epoch that holds now. The first part, so that the others
/// see what an event means for these.
public final class Chat implements Part {
    private final Map<String, Event.Device> devices = new LinkedHashMap<>();
    private final Map<String, Event.Founded> founded = new LinkedHashMap<>();
    private final Map<String, Map<String, Talk>> talks = new LinkedHashMap<>();
    private final Map<Long, String> epochs = new HashMap<>();
    private String epoch = "";

    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.Device device -> devices.put(device.dev(), device);
            case Event.Founded conversation -> founded.put(conversation.conv(), conversation);
            case Event.Connect connect -> {
                epoch(connect.epoch());
                epochs.put(connect.conn(), connect.epoch());
            }
            case Event.Resume resume -> {
                epoch(resume.epoch());
                // A connect that subscribed nothing did not tell the epoch, or the device kept an old one.
                if (!resume.epoch().isEmpty()) {
                    epochs.put(resume.conn(), resume.epoch());
                }
            }
            case Event.Hist hist -> epoch(hist.epoch());
            case Event.Dump dump -> {
                epoch(dump.epoch());
                talk(dump.conv()).dump = dump;
            }
            default -> {}
        }
    }

    private void epoch(String now) {
        if (!now.isEmpty()) {
            epoch = now;
        }
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

    /// The conversation in the epoch that holds now.
    Talk talk(String conv) {
        return in(conv, epoch);
    }

    /// The conversation as a connection knows it.
    Talk talk(String conv, long conn) {
        String of = epochs.getOrDefault(conn, "");
        return in(conv, of.isEmpty() ? epoch : of);
    }

    private Talk in(String conv, String ofEpoch) {
        return talks.computeIfAbsent(conv, none -> new HashMap<>())
                .computeIfAbsent(ofEpoch, none -> new Talk(conv, ofEpoch));
    }
}
