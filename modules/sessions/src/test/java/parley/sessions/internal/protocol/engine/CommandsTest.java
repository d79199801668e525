package parley.sessions.internal.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import parley.kernel.Unavailable;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Result;

/// P14 to P18: order, exactly one answer, and in time.
class CommandsTest {
    private static final String BUSY = "\"error\":{\"code\":111,\"message\":\"too many requests\",\"temporary\":true}}";
    private static final String TOO_MUCH =
            "\"error\":{\"code\":111,\"message\":\"too many requests: commands that wait on this connection;"
                    + " try again in 1000 ms\",\"temporary\":true}}";
    private static final String INTERNAL =
            "\"error\":{\"code\":100,\"message\":\"internal server error\",\"temporary\":true}}";

    private final ScriptedBackend backend = new ScriptedBackend();
    private final Peer peer = new Peer(backend).connected();

    CommandsTest() {
        assertEquals(2, backend.takeCalls().size());
    }

    @Test
    void commandsBeginInTheOrderOfTheirArrival() {
        // P14. "Commands of a connection begin in the order in which they arrived."
        peer.runsAtOnce = false;
        peer.send(rpc(2, "a"), "{\"send\":{}}", "{\"id\":3,\"publish\":{\"channel\":\"p\",\"data\":1}}");
        peer.send("{\"id\":4,\"history\":{\"channel\":\"h\"}}", "{\"id\":5,\"unsubscribe\":{\"channel\":\"u\"}}");
        assertEquals(List.of(), backend.takeCalls());
        peer.runWork();
        assertEquals(List.of("rpc a", "send", "publish p", "history h", "unsubscribe u"), backend.takeCalls());
        peer.expect(
                "{\"id\":2,\"rpc\":{\"data\":1}}",
                "{\"id\":3,\"publish\":{}}",
                "{\"id\":4,\"history\":{\"publications\":[],\"epoch\":\"e\",\"offset\":5}}",
                "{\"id\":5,\"unsubscribe\":{}}");
    }

    @Test
    void aSubscribeHoldsTheLine() {
        // P14. "After connect, subscribe, refresh and sub_refresh the next begins once they are answered."
        peer.send(
                "{\"id\":2,\"subscribe\":{\"channel\":\"held\"}}", "{\"id\":3,\"unsubscribe\":{\"channel\":\"held\"}}");
        peer.send(rpc(4, "a"));
        assertEquals(List.of("subscribe held"), backend.takeCalls());
        Answer<Result.Subscribed> answer = backend.takeHeld();
        assertTrue(answer.give(Result.Subscribed.plain()));
        assertEquals(List.of("unsubscribe held", "rpc a"), backend.takeCalls());
        peer.expect("{\"id\":2,\"subscribe\":{}}", "{\"id\":3,\"unsubscribe\":{}}", "{\"id\":4,\"rpc\":{\"data\":1}}");
    }

    @Test
    void sendsOverlapUpToALimit() {
        // P14. "... of the others up to 64 may be under way in the back end at a time."
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < 70; i++) {
            commands.add(rpc(10 + i, "held" + i));
        }
        peer.send(commands.toArray(String[]::new));
        assertEquals(64, backend.takeCalls().size());
        Answer<Result.RpcAnswered> third = answerAt(2);
        assertTrue(third.give(new Result.RpcAnswered(null)));
        assertEquals(List.of("rpc held64"), backend.takeCalls());
        assertEquals(List.of("in-flight", "in-flight"), peer.reached, "once full, and once more");
        peer.expect("{\"id\":12,\"rpc\":{}}");
    }

    @Test
    void aCommandIsAnsweredOnce() {
        // P15. "A command with an id is answered exactly once; `send` never."
        peer.send(rpc(2, "held"), "{\"id\":9,\"send\":{\"data\":1}}");
        Answer<Result.RpcAnswered> answer = backend.takeHeld();
        assertTrue(answer.give(new Result.RpcAnswered(null)));
        assertFalse(answer.give(new Result.RpcAnswered(null)));
        assertFalse(answer.refuse(ProtocolError.INTERNAL));
        peer.expect("{\"id\":2,\"rpc\":{}}");
        peer.expectOpen();
    }

    @Test
    void theEngineAnswersWhatTakesTooLong() {
        // P16. "A command is answered within 4 s of its arrival: after 3.5 s the engine answers ... with 100
        // (temporary) or what the back end said for this case. The back end's late answer is dropped, and
        // the back end is told so."
        peer.send(rpc(2, "held"), rpc(3, "held"));
        Answer<Result.RpcAnswered> send = answerAt(1);
        send.ifLate(new ProtocolError(1005, "outcome unknown", true));
        peer.pass(3_450);
        peer.expect();
        peer.pass(150);
        peer.expect(
                "{\"id\":2," + INTERNAL,
                "{\"id\":3,\"error\":{\"code\":1005,\"message\":\"outcome unknown\",\"temporary\":true}}");
        assertFalse(send.give(new Result.RpcAnswered(null)));
        peer.expect();
        peer.expectOpen();
    }

    @Test
    void aLateSubscribeIsUndoneByTheBackEnd() {
        // P16. "The back end's late answer is dropped, and the back end is told so." The line goes on.
        peer.send("{\"id\":2,\"subscribe\":{\"channel\":\"held\"}}");
        peer.pass(1_000);
        peer.send(rpc(3, "a"));
        assertEquals(List.of("subscribe held"), backend.takeCalls());
        peer.pass(2_600);
        assertEquals(List.of("rpc a"), backend.takeCalls());
        peer.expect("{\"id\":2," + INTERNAL, "{\"id\":3,\"rpc\":{\"data\":1}}");
        Answer<Result.Subscribed> answer = backend.takeHeld();
        assertFalse(answer.give(Result.Subscribed.plain()));
        peer.expect();
    }

    @Test
    void whatDidNotBeginInTimeNeverBegins() {
        // P16. "... with 111 'too many requests' (temporary) if it did not begin, and then it never begins."
        peer.send("{\"id\":2,\"subscribe\":{\"channel\":\"held\"}}", rpc(3, "a"), "{\"send\":{}}");
        assertEquals(List.of("subscribe held"), backend.takeCalls());
        peer.pass(3_600);
        peer.expect("{\"id\":2," + INTERNAL, "{\"id\":3," + BUSY);
        assertEquals(List.of(), backend.takeCalls());
    }

    @Test
    void aBlockedBackEndDoesNotKeepCommandsFromTheirAnswers() {
        // P16. Also while a command blocks its thread, all are answered, and the blocked one's result is dropped.
        peer.runsAtOnce = false;
        backend.onRpc = () -> peer.pass(3_600);
        peer.send(rpc(2, "slow"), rpc(3, "a"));
        peer.runWork();
        peer.expect("{\"id\":2," + INTERNAL, "{\"id\":3," + BUSY);
        assertEquals(List.of("rpc slow"), backend.takeCalls());
        backend.onRpc = () -> {};
        peer.send(rpc(4, "b"));
        peer.runWork();
        peer.expect("{\"id\":4,\"rpc\":{\"data\":1}}");
    }

    @Test
    void moreBytesOfOpenCommandsThanAllowedAreRefusedAtOnce() {
        // P17. "... and 2 MiB of them; further ones are answered with 111 (temporary) at once."
        peer.runsAtOnce = false;
        String large = "\",\"data\":\"" + "x".repeat(250 * 1024) + "\"";
        for (int i = 0; i < 8; i++) {
            peer.send(rpc(10 + i, "held").replace("\"}", large + "}"));
        }
        peer.expect();
        peer.send(rpc(20, "held").replace("\"}", large + "}"), rpc(21, "a"));
        peer.expect("{\"id\":20," + TOO_MUCH);
        peer.pass(3_600);
        assertEquals(9, peer.take().size());
        peer.send(rpc(22, "held").replace("\"}", large + "}"));
        peer.expect();
        peer.expectOpen();
    }

    @Test
    void moreOpenCommandsThanAllowedAreRefusedAtOnce() {
        // P17. "At most 1,024 commands of a connection are open; further ones are answered with 111 (temporary) at
        // once." P45. "More than 1,000 errors 111 for too much (here 100) ... within 10 s: 3013."
        peer.runsAtOnce = false;
        for (int i = 0; i < 1_024; i++) {
            peer.send(rpc(10 + i, "a"));
        }
        peer.expect();
        peer.send(rpc(5_000, "b"), "{\"send\":{}}", rpc(5_001, "b"));
        peer.expect("{\"id\":5000," + TOO_MUCH, "{\"id\":5001," + TOO_MUCH);
        for (int i = 0; i < 97; i++) {
            peer.send(rpc(6_000 + i, "b"));
        }
        peer.expectOpen();
        assertEquals(Collections.nCopies(100, "commands-waiting"), peer.reached);
        peer.send(rpc(7_000, "b"));
        assertEquals("refusals", peer.reached.getLast());
        peer.expectClosed(3013);
    }

    @Test
    void refusalsAreForgottenAfterTenSeconds() {
        // P45. "... within 10 s": now and then too much ends nothing.
        for (int round = 0; round < 3; round++) {
            peer.runsAtOnce = false;
            for (int i = 0; i < 1_024 + 60; i++) {
                peer.send(rpc(10 + i, "a"));
            }
            peer.runWork();
            assertEquals(1_024 + 60, peer.take().size());
            peer.expectOpen();
            peer.pass(10_001, "{}");
            List<String> unused = peer.take();
        }
    }

    @Test
    void aBackEndThatIsNotAvailableIsATemporaryError() {
        // P18. "When the back end fails: error 100 (temporary) where something outside was not available ..."
        backend.onRpc = () -> {
            throw new Unavailable("database");
        };
        peer.send(rpc(2, "a"));
        peer.expect("{\"id\":2," + INTERNAL);
        peer.expectOpen();
    }

    @Test
    void aBackEndThatFailsEndsTheConnection() {
        // P18. "... close 3004 otherwise. Neither tells more."
        backend.onRpc = () -> {
            throw new IllegalStateException("secret of the server");
        };
        peer.send(rpc(2, "a"), rpc(3, "a"));
        peer.expect();
        peer.expectClosed(3004);
        peer.end();
        assertEquals(List.of("rpc a", "ended"), backend.takeCalls());
    }

    @SuppressWarnings("unchecked")
    private Answer<Result.RpcAnswered> answerAt(int index) {
        return (Answer<Result.RpcAnswered>) backend.held.get(index);
    }

    private static String rpc(int id, String method) {
        return "{\"id\":" + id + ",\"rpc\":{\"method\":\"" + method + "\"}}";
    }
}
