package parley.sessions.internal.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.Disconnects;
import parley.sessions.internal.protocol.message.Result;

/// A node that drains answers what it has taken before it sends a client away.
class RetiringTest {
    private final ScriptedBackend backend = new ScriptedBackend();
    private final Peer peer = new Peer(backend).connected();

    RetiringTest() {
        assertEquals(2, backend.takeCalls().size());
    }

    @Test
    void anIdleSessionGoesAtOnce() {
        // I8: clients are told to reconnect (3001).
        backend.out().disconnect(Disconnects.SHUTDOWN);
        peer.expectClosed(3001);
    }

    @Test
    void allThatCameIsAnsweredBeforeTheEnd() {
        // I8: every accepted command is answered, those that wait for others included; what comes later is
        // not taken.
        peer.send("{\"id\":2,\"subscribe\":{\"channel\":\"held\"}}", rpc(3, "held"), rpc(4, "a"));
        backend.out().disconnect(Disconnects.SHUTDOWN);
        peer.send(rpc(5, "late"));
        peer.expectOpen();
        Answer<Result.Subscribed> subscribed = backend.takeHeld();
        assertTrue(subscribed.give(Result.Subscribed.plain()));
        peer.expect("{\"id\":2,\"subscribe\":{}}", "{\"id\":4,\"rpc\":{\"data\":1}}");
        peer.expectOpen();
        Answer<Result.RpcAnswered> answer = backend.takeHeld();
        assertTrue(answer.give(new Result.RpcAnswered(null)));
        peer.expect("{\"id\":3,\"rpc\":{}}");
        peer.expectClosed(3001);
        assertEquals(List.of("subscribe held", "rpc held", "rpc a"), backend.takeCalls());
    }

    @Test
    void whatIsNeverAnsweredEndsWithItsTime() {
        // I8 within a limit: the engine's own answer (P16) is the last one.
        peer.send(rpc(2, "held"));
        backend.out().disconnect(Disconnects.SHUTDOWN);
        peer.pass(3_400);
        peer.expectOpen();
        peer.pass(200);
        peer.expect("{\"id\":2,\"error\":{\"code\":100,\"message\":\"internal server error\",\"temporary\":true}}");
        peer.expectClosed(3001);
    }

    @Test
    void aConnectUnderWayIsAnsweredAndThenSentAway() {
        // I8: also the first command is one that was accepted.
        ScriptedBackend slow = new ScriptedBackend();
        Peer connecting = new Peer(slow);
        slow.onConnect = answer -> {
            slow.out().disconnect(Disconnects.SHUTDOWN);
            connecting.expectOpen();
            slow.accept(answer);
        };
        connecting.send("{\"id\":1,\"connect\":{}}");
        assertEquals(1, connecting.take().size());
        connecting.expectClosed(3001);
    }

    private static String rpc(int id, String method) {
        return "{\"id\":" + id + ",\"rpc\":{\"method\":\"" + method + "\"}}";
    }
}
