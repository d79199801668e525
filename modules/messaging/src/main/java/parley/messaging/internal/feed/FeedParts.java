package parley.messaging.internal.feed;

import io.micrometer.core.instrument.MeterRegistry;
import parley.cluster.Bus;
import parley.history.History;

/// Both ends of the bus: what tells of commits, and the feeds that hear of them.
public record FeedParts(HintPublisher hints, LocalFeeds feeds) {

    /// Makes both ends and lets the feeds listen to `bus`.
    public static FeedParts on(
            Bus bus,
            History history,
            FeedLimits limits,
            FeedPass.Sight sight,
            LocalFeeds.MembersChanged membersChanged,
            Fence fence,
            MeterRegistry registry) {
        HintCodec codec = new HintCodec(history.epoch());
        LocalFeeds feeds = new LocalFeeds(codec, history, limits, sight, membersChanged, fence, registry);
        bus.listen(feeds);
        return new FeedParts(new HintPublisher(bus, codec), feeds);
    }
}
