package parley.sessions.internal.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import parley.sessions.Disconnect;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.Disconnects;
import parley.sessions.internal.protocol.Outbound;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Push;
import parley.sessions.internal.protocol.message.Result;
import parley.sessions.internal.transport.Encoding;
import parley.sessions.internal.transport.Frame;
import parley.sessions.internal.transport.FrameBytes;

/// P5, P6, P22, P28 to P32: what goes out, in which order, and how much may wait.
class OutgoingTest {
    private final ScriptedBackend backend = new ScriptedBackend();
    private final Peer peer = new Peer(backend);

    @Test
    void nothingIsSentBeforeTheConnectReply() {
        // P22. "Nothing is sent before the connect reply."
        backend.onConnect = answer -> {
            assertFalse(backend.out().deliver(entry(1)));
            assertFalse(backend.out().announce(entry(1)));
            assertFalse(backend.out().offer(entry(1)));
            assertFalse(backend.out().hasRoom());
            backend.accept(answer);
            assertTrue(backend.out().deliver(entry(2)));
        };
        peer.send("{\"id\":1,\"connect\":{}}");
        List<String> lines = peer.take();
        assertEquals(2, lines.size());
        assertTrue(lines.getFirst().startsWith("{\"id\":1,\"connect\":"));
        assertEquals(line(2), lines.getLast());
    }

    @Test
    void whatIsDeliveredAfterAnAnswerComesAfterTheReply() {
        // P22. "What the back end delivers after an answer was taken comes after the reply."
        peer.connected();
        peer.room(0);
        peer.send("{\"id\":2,\"subscribe\":{\"channel\":\"held\"}}");
        Answer<Result.Subscribed> answer = backend.takeHeld();
        assertTrue(answer.give(Result.Subscribed.plain()));
        assertTrue(backend.out().deliver(entry(1)));
        peer.room(100);
        peer.expect("{\"id\":2,\"subscribe\":{}}", line(1));
    }

    @Test
    void oneFrameServesAllReceivers() {
        // P6. "A push is encoded at most once per encoding, for all who get it."
        peer.connected();
        EncodedPush push = entry(1);
        assertTrue(backend.out().deliver(push));
        assertSame(push.frame(Encoding.JSON), peer.takeFrames().getFirst());
    }

    @Test
    void whatGathersGoesOutAsFewFrames() {
        // P28. "When it is full they gather, and go out in order, joined to frames of up to 64 KiB (here 600
        // bytes), when it has room; a ping goes first."
        peer.connected();
        peer.room(0);
        Outbound out = backend.out();
        for (int i = 1; i <= 10; i++) {
            assertTrue(out.deliver(entry(i)));
        }
        peer.connection().pending(1);
        peer.pass(25_000);
        peer.room(100);
        List<Frame> frames = peer.takeFrames();
        assertEquals(3, frames.size());
        assertEquals("{}", text(frames, 0));
        assertEquals(line(1), text(frames, 1));
        assertEquals(9, text(frames, 2).split("\n", -1).length);
        assertTrue(text(frames, 2).endsWith(line(10)));
    }

    @Test
    void aFullQueueRefusesEntriesUntilItDrains() {
        // P29. "At most 128 KiB or 1,024 pushes (here 1,000 bytes or 10) gather; a further entry is refused to the
        // back end, which is told once when half of the room is free again."
        peer.connected();
        assertEquals(2, backend.takeCalls().size());
        peer.room(0);
        Outbound out = backend.out();
        int taken = 0;
        while (out.deliver(entry(taken + 1))) {
            taken++;
        }
        assertEquals(11, taken);
        assertFalse(out.hasRoom());
        assertFalse(out.deliver(run(12, 13)));
        assertEquals(List.of(), backend.takeCalls());
        peer.room(100);
        assertEquals(List.of("drained"), backend.takeCalls());
        assertEquals(11, peer.take().size());
        assertTrue(out.deliver(run(12, 13)));
        peer.expect(line(12), line(13));
        assertEquals(List.of(), backend.takeCalls());
    }

    @Test
    void aLargeEntryAloneIsAlwaysTaken() {
        // P29. The limits are for what waits: an entry larger than the room still goes out on its own.
        peer.connected();
        Payload large = Payload.json("\"" + "x".repeat(5_000) + "\"");
        assertTrue(backend.out().deliver(new EncodedPush(new Push.Published("c", Publication.entry(1, large)))));
        assertEquals(1, peer.take().size());
    }

    @Test
    void droppableEventsLeaveHalfOfTheRoom() {
        // P29. "Events that may be lost are refused from half the room on."
        peer.connected();
        assertEquals(2, backend.takeCalls().size());
        peer.room(0);
        int taken = 0;
        while (backend.out().offer(entry(taken + 1))) {
            taken++;
        }
        assertEquals(6, taken);
        assertTrue(backend.out().deliver(entry(50)));
        peer.room(100);
        assertEquals(List.of(), backend.takeCalls());
    }

    @Test
    void repliesAndSubscriptionsAlwaysFindRoom() {
        // P30. "Replies, and pushes that change subscriptions, always find room."
        peer.connected();
        peer.send("{\"id\":2,\"rpc\":{\"method\":\"held\"}}");
        peer.room(0);
        int taken = 0;
        while (backend.out().deliver(entry(taken + 1))) {
            taken++;
        }
        Answer<Result.RpcAnswered> answer = backend.takeHeld();
        assertTrue(answer.give(new Result.RpcAnswered(Payload.json("1"))));
        assertTrue(backend.out().announce(new EncodedPush(new Push.Unsubscribed("c", 2000, "x"))));
        peer.room(100);
        List<String> lines = peer.take();
        assertEquals("{\"id\":2,\"rpc\":{\"data\":1}}", lines.get(taken));
        assertEquals(taken + 2, lines.size());
    }

    @Test
    void noCommandBeginsWhileTheQueueIsFull() {
        // P30. "While the queue is full no command begins ..."
        peer.connected();
        assertEquals(2, backend.takeCalls().size());
        peer.room(0);
        while (backend.out().deliver(entry(1))) {
            assertTrue(backend.out() != null);
        }
        Payload filler = Payload.json("\"" + "x".repeat(1_000) + "\"");
        assertTrue(backend.out().announce(new EncodedPush(new Push.Message(filler))));
        peer.send("{\"id\":2,\"rpc\":{\"method\":\"a\"}}");
        assertEquals(List.of(), backend.takeCalls());
        peer.room(100);
        assertEquals(List.of("drained", "rpc a"), backend.takeCalls());
    }

    @Test
    void beyondTheReserveTheConnectionIsClosed() {
        // P30. "... beyond 4 MiB (here 4,000 bytes) the connection is closed with 3008." P31: without the rest.
        peer.connected();
        peer.room(0);
        Payload filler = Payload.json("\"" + "x".repeat(900) + "\"");
        EncodedPush push = new EncodedPush(new Push.Message(filler));
        for (int i = 0; i < 5; i++) {
            boolean unused = backend.out().announce(push);
        }
        peer.expectClosed(3008);
        peer.room(100);
        peer.expect();
    }

    @Test
    void aClosingConnectionSendsWhatIsQueuedFirst() {
        // P31. "A closing connection sends what is queued, for at most 5 s, then the close frame."
        peer.connected();
        peer.room(0);
        assertTrue(backend.out().deliver(entry(1)));
        assertTrue(backend.out().deliver(entry(2)));
        backend.out().disconnect(Disconnects.SHUTDOWN);
        assertFalse(backend.out().deliver(entry(3)));
        peer.expectOpen();
        peer.room(100);
        peer.expect(line(1), line(2));
        peer.expectClosed(3001);
    }

    @Test
    void aClosingConnectionThatTakesNothingIsNotWaitedForLong() {
        // P31. "... for at most 5 s ..."
        peer.connected();
        peer.room(0);
        assertTrue(backend.out().deliver(entry(1)));
        backend.out().disconnect(Disconnects.SHUTDOWN);
        peer.pass(4_900);
        peer.expectOpen();
        peer.pass(200);
        peer.expectClosed(3001);
    }

    @Test
    void anOffenderWhoTakesNothingIsNotWaitedForLongEither() {
        // P31, when what ends the connection is a frame of its own: the clock must have been told.
        peer.connected();
        peer.room(0);
        assertTrue(backend.out().deliver(entry(1)));
        peer.pass(11_000);
        peer.sendRaw("{".getBytes(StandardCharsets.UTF_8));
        peer.expectOpen();
        peer.pass(5_100);
        peer.expectClosed(3501);
    }

    @Test
    void code3000IsNeverSent() {
        // P31. "Code 3000 is never sent: the connection is cut."
        peer.connected();
        backend.out().disconnect(new Disconnect(3000, "connection closed"));
        assertTrue(peer.connection().aborted());
        peer.expectOpen();
    }

    @Test
    void theEndIsToldOnceAfterAllElse() {
        // P32. "The back end hears of the end of a session exactly once, after all other calls. Nothing is delivered
        // after that."
        peer.connected();
        peer.runsAtOnce = false;
        peer.send("{\"id\":2,\"rpc\":{\"method\":\"a\"}}", "{\"id\":3,\"rpc\":{\"method\":\"b\"}}");
        backend.onRpc = peer::end;
        peer.runWork();
        assertEquals(List.of("connect ", "accepted true", "rpc a", "ended"), backend.takeCalls());
        assertFalse(backend.out().deliver(entry(1)));
        backend.out().disconnect(Disconnects.SHUTDOWN);
        peer.pass(60_000);
        peer.runWork();
        assertEquals(List.of(), backend.takeCalls());
        peer.expect();
    }

    @Test
    void aPayloadThatIsNotJsonEndsAJsonConnection() {
        // P5. "... a JSON connection that should get it is closed with 3506."
        peer.connected();
        Payload bytes = Payload.opaque(new byte[] {1, 2, 3});
        assertFalse(backend.out().deliver(new EncodedPush(new Push.Published("c", Publication.entry(1, bytes)))));
        peer.expectClosed(3506);
        peer.expect();
    }

    private static EncodedPush entry(long offset) {
        return new EncodedPush(new Push.Published("c", Publication.entry(offset, Payload.json("1"))));
    }

    private static EncodedPush run(long from, long to) {
        return EncodedPush.run(LongStream.rangeClosed(from, to)
                .mapToObj(OutgoingTest::entry)
                .flatMap(push -> push.pushes().stream())
                .toList());
    }

    private static String line(long offset) {
        return "{\"push\":{\"channel\":\"c\",\"pub\":{\"data\":1,\"offset\":" + offset + "}}}";
    }

    private static String text(List<Frame> frames, int index) {
        return new String(FrameBytes.payload(frames.get(index)), StandardCharsets.UTF_8);
    }
}
