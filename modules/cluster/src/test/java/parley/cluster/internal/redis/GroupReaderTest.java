package parley.cluster.internal.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lettuce.core.StreamMessage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import parley.cluster.internal.Partitions;
import parley.kernel.Secret;

/// What a node hears of another one.
final class GroupReaderTest implements GroupReader.Heard {
    private static final long OTHER = 7;

    private final BusCodec codec = new BusCodec(new Seal(new Secret("the cluster's secret")));
    private final Doorbell doorbell = new Doorbell();
    private final GroupReader reader = new GroupReader(
            new GroupPublisher.Place(0, 1, codec),
            new GroupState(new OutQueue(1_000, 1_000, doorbell), doorbell),
            this,
            new ClusterMetrics(new SimpleMeterRegistry()));
    private final List<String> heard = new ArrayList<>();
    private int ids;

    private void take(int index, BusMessage message) {
        String stream = reader.streams().get(index);
        reader.take(new StreamMessage<>(stream, ++ids + "-0", Map.of(BusCodec.FIELD, codec.encode(stream, message))));
    }

    @Test
    void whatALeavingNodeCouldNotWriteIsMissed() {
        // I5: its last hint failed, and its beat and its goodbye come in one read; nothing of it follows.
        take(0, new BusMessage.Hints(OTHER, 1, List.of(new byte[1])));
        reader.finish();
        long[] counted = new long[Partitions.PER_GROUP];
        counted[0] = 2;
        take(Counters.SIGNALS, new BusMessage.Beat(OTHER, 1, counted));
        take(Counters.SIGNALS, new BusMessage.Goodbye(OTHER, 2));
        reader.finish();
        assertEquals(List.of("hint", "goodbye " + OTHER, "missed beat"), heard);
    }

    @Override
    public void hint(int partition, byte[] payload) {
        heard.add("hint");
    }

    @Override
    public void signal(long boot, int topic, byte[] payload) {
        heard.add("signal");
    }

    @Override
    public void goodbye(long boot) {
        heard.add("goodbye " + boot);
    }

    @Override
    public void missed(String reason) {
        heard.add("missed " + reason);
    }

    @Override
    public void rolledBack() {
        heard.add("rolled back");
    }

    @Override
    public void junk(String reason) {
        heard.add("junk " + reason);
    }
}
