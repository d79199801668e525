package parley.history.internal.hot;

import java.util.List;
import parley.history.Entry;
import parley.kernel.Secret;

/// Makes signed segments as a node with this secret and epoch would, of whatever entries it is given.
public final class SegmentForge {
    private final SegmentCodec codec;

    public SegmentForge(Secret secret, String epoch) {
        codec = new SegmentCodec(secret, epoch);
    }

    public byte[] segment(long mutatedSeq, List<Entry> entries) {
        return codec.encode(new SegmentCodec.Segment(mutatedSeq, entries));
    }
}
