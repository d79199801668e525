package parley.sessions.internal.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.transport.Encoding;

/// P46: a command that connects waits for its turn.
class AwaitTurnTest {
    private final ScriptedBackend backend = new ScriptedBackend();
    private final Door door = new Door();
    private final Peer peer = new Peer(backend, Encoding.JSON, Peer.LIMITS, false, door);

    private static final class Door implements Intake {
        Runnable meanwhile = () -> {};

        @Nullable
        ProtocolError refusal;

        int open;
        int gaveUp;

        @Override
        public @Nullable ProtocolError begin(Request request) {
            open++;
            return null;
        }

        @Override
        public @Nullable ProtocolError awaitTurn() {
            meanwhile.run();
            open += refusal == null ? 1 : 0;
            return refusal;
        }

        @Override
        public void gaveUp() {
            open--;
            gaveUp++;
        }

        @Override
        public void ended(Request request, long millis) {
            assertEquals(0, millis);
            open--;
        }
    }

    @Test
    void theTimeOfWaitingIsNotTheNodesSlowness() {
        // Overload is found out by how long commands take from their beginning; waiting for a turn is before it.
        door.meanwhile = () -> peer.now += 1_500;
        peer.connected();
        assertEquals(0, door.open);
        assertEquals(List.of("connect ", "accepted true"), backend.takeCalls());
    }

    @Test
    void whoIsRefusedAfterWaitingIsToldSo() {
        // P46. "A connect waits for its turn before it is refused", with 111, and the back end never hears of it.
        door.refusal = new ProtocolError(111, "busy", true);
        peer.send("{\"id\":1,\"connect\":{}}");
        peer.expect("{\"id\":1,\"error\":{\"code\":111,\"message\":\"busy\",\"temporary\":true}}");
        assertEquals(0, door.open);
        assertEquals(List.of(), backend.takeCalls());
    }

    @Test
    void aClientThatLeavesWhileItWaitsGivesItsPlaceBack() {
        // I7: a place in the window is given back exactly once, though the command was settled before it had one.
        door.meanwhile = peer::end;
        peer.send("{\"id\":1,\"connect\":{}}");
        assertEquals(0, door.open);
        assertEquals(1, door.gaveUp);
        assertEquals(List.of(), backend.takeCalls());
    }
}
