package parley.sessions.internal.hub;

import java.util.ArrayList;
import java.util.List;
import parley.sessions.Disconnect;
import parley.sessions.internal.protocol.Lifetime;
import parley.sessions.internal.protocol.Outbound;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.message.Push;

/// A client that remembers what it was told, with room for so many entries until it reads on.
public final class RecordedWayOut implements Outbound {
    private final List<Push> told = new ArrayList<>();
    private final List<Disconnect> ends = new ArrayList<>();
    private final int roomMax;
    private int room;
    private boolean owesDrained;

    public RecordedWayOut() {
        this(Integer.MAX_VALUE);
    }

    public RecordedWayOut(int roomMax) {
        this.roomMax = roomMax;
        this.room = roomMax;
    }

    public List<Push> told() {
        return told;
    }

    public List<Disconnect> ends() {
        return ends;
    }

    /// Offsets of the publications of `channel`, in their order.
    public List<Long> offsets(String channel) {
        return told.stream()
                .filter(Push.Published.class::isInstance)
                .map(Push.Published.class::cast)
                .filter(push -> push.channel().equals(channel))
                .map(push -> push.publication().offset())
                .toList();
    }

    /// Something was refused, and there was no room since.
    public boolean isFull() {
        return owesDrained;
    }

    /// The client takes this many entries; true when its session has to be told of the room.
    public boolean read(int entries) {
        room = Math.min(roomMax, room + entries);
        boolean due = owesDrained && room > 0;
        owesDrained &= !due;
        return due;
    }

    @Override
    public boolean deliver(EncodedPush push) {
        // As the real one: what is there counts, a run that fits only partly is taken when nothing else waits.
        int entries = push.pushes().size();
        if (room < entries && room < roomMax) {
            owesDrained = true;
            return false;
        }
        room = Math.max(0, room - entries);
        return told.addAll(push.pushes());
    }

    @Override
    public boolean offer(EncodedPush push) {
        return told.addAll(push.pushes());
    }

    @Override
    public boolean announce(EncodedPush push) {
        return told.addAll(push.pushes());
    }

    @Override
    public boolean hasRoom() {
        return room > 0;
    }

    @Override
    public void renew(Lifetime lifetime) {}

    @Override
    public void disconnect(Disconnect why) {
        ends.add(why);
    }
}
