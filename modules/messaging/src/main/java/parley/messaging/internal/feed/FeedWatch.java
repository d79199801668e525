package parley.messaging.internal.feed;

/// What looks after the bus. Called on its threads: must hand over at once.
public interface FeedWatch {

    /// Hints were lost, or may have been.
    void missed();

    /// `node` said over the bus that it committed its own row for the `beat`th time.
    void heard(long node, long beat);
}
