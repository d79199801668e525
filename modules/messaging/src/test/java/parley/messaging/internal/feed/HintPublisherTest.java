package parley.messaging.internal.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import parley.cluster.Bus;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// Which hints go which way.
final class HintPublisherTest {
    private static final AccountId ANN = new AccountId(7);

    @Test
    void markersAreNeverInTheWayOfWhatIsDurable() {
        // Markers may be lost: they go as states, one subject per account and conversation, not as hints.
        List<Object> states = new ArrayList<>();
        List<byte[]> hints = new ArrayList<>();
        HintPublisher publisher = new HintPublisher(
                new Bus() {
                    @Override
                    public void publish(long key, byte[] payload) {
                        hints.add(payload);
                    }

                    @Override
                    public void publishLatest(long key, Object subject, long rank, byte[] payload) {
                        states.add(subject);
                    }

                    @Override
                    public boolean isSteady() {
                        return true;
                    }

                    @Override
                    public void listen(Bus.Listener listener) {}
                },
                new HintCodec("epoch"));
        for (int seq = 1; seq <= 3; seq++) {
            publisher.read(ANN, new ConversationId(1), seq, 0);
            publisher.read(ANN, new ConversationId(2), seq, 0);
        }
        assertEquals(6, states.size());
        assertEquals(2, new HashSet<>(states).size());
        publisher.shown(ANN, new ConversationId(1), 3, true);
        assertEquals(1, hints.size());
    }
}
