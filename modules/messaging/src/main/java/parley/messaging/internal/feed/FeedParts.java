package parley.messaging.internal.feed;

import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import parley.cluster.Bus;
import parley.history.History;
import parley.kernel.Secret;

/// Both ends of the bus: what tells of commits, and the feeds that hear of them.
public record FeedParts(HintPublisher hints, LocalFeeds feeds) {

    /// Makes both ends and lets the feeds listen to `bus`. `clusterSecret` as in [HintCodec].
    public static FeedParts on(
            Bus bus,
            History history,
            @Nullable Secret clusterSecret,
            FeedLimits limits,
            FeedPass.Sight sight,
            LocalFeeds.MembersChanged membersChanged,
            Fence fence,
            MeterRegistry registry) {
        HintCodec codec = new HintCodec(history.epoch(), clusterSecret);
        LocalFeeds feeds = new LocalFeeds(codec, history, limits, sight, membersChanged, fence, registry);
        bus.listen(feeds);
        return new FeedParts(new HintPublisher(bus, codec), feeds);
    }
}
