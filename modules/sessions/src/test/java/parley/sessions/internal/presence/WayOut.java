package parley.sessions.internal.presence;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.sessions.Disconnect;
import parley.sessions.internal.protocol.Lifetime;
import parley.sessions.internal.protocol.Outbound;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.Push;

/// A client that remembers all that it was told. Like the real way out it has so much room until it
/// reads on, and takes events only in the first half of it.
final class WayOut implements Outbound {
    private final List<Push> told = new ArrayList<>();
    private final int roomMax;
    private int taken;
    private int eventCount;

    WayOut() {
        this(Integer.MAX_VALUE);
    }

    WayOut(int roomMax) {
        this.roomMax = roomMax;
    }

    List<Push> told() {
        return told;
    }

    /// Everything that was taken has been read.
    void readAll() {
        taken = 0;
    }

    /// `channel data` of all events, in order.
    List<String> events() {
        return told.stream()
                .filter(Push.Published.class::isInstance)
                .map(Push.Published.class::cast)
                .filter(push -> push.publication().offset() == 0)
                .map(push -> push.channel() + " " + text(push.publication().data()))
                .toList();
    }

    private static String text(@Nullable Payload data) {
        return data == null ? "" : new String(data.toByteArray(), StandardCharsets.UTF_8);
    }

    /// How many events it got.
    int eventCount() {
        return eventCount;
    }

    /// Offsets of the entries, in order.
    List<Long> offsets() {
        return told.stream()
                .filter(Push.Published.class::isInstance)
                .map(push -> ((Push.Published) push).publication().offset())
                .filter(offset -> offset > 0)
                .toList();
    }

    private boolean take(EncodedPush push, int roomMax) {
        if (taken >= roomMax) {
            return false;
        }
        taken += push.pushes().size();
        return told.addAll(push.pushes());
    }

    @Override
    public boolean deliver(EncodedPush push) {
        return take(push, roomMax);
    }

    @Override
    public boolean offer(EncodedPush push) {
        boolean room = take(push, roomMax / 2);
        eventCount += room ? push.pushes().size() : 0;
        return room;
    }

    @Override
    public boolean announce(EncodedPush push) {
        return told.addAll(push.pushes());
    }

    @Override
    public boolean hasRoom() {
        return taken < roomMax;
    }

    @Override
    public void renew(Lifetime lifetime) {}

    @Override
    public void disconnect(Disconnect why) {}
}
