package parley.verify.internal.check;

import java.util.HashMap;
import java.util.Map;
import parley.verify.Event;

/// How far each connection was brought, so that an entry that it still lacks when it ends is not forgotten with
/// it.
final class Stalls {
    private final Map<String, Map<String, Place>> places = new HashMap<>();

    /// `at` is the newest number that came, `since` when the subscription began.
    record Place(long at, long since) {}

    void resumed(Event.Resume resume) {
        Place unused = of(resume.dev()).put(resume.conv(), new Place(resume.after(), resume.t()));
    }

    void received(Event.Recv recv) {
        Place unused = of(recv.dev())
                .computeIfPresent(
                        recv.conv(), (conv, place) -> new Place(recv.row().seq(), place.since()));
    }

    void left(Event.Left left) {
        Place unused = of(left.dev()).remove(left.conv());
    }

    /// Where `dev` was in each conversation; it is nowhere any more.
    Map<String, Place> ended(String dev) {
        Map<String, Place> all = places.remove(dev);
        return all == null ? Map.of() : all;
    }

    private Map<String, Place> of(String dev) {
        return places.computeIfAbsent(dev, none -> new HashMap<>());
    }
}
