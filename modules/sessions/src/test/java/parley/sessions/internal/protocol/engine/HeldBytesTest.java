package parley.sessions.internal.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import parley.sessions.internal.Reachable;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.codec.ReplyFrame;
import parley.sessions.internal.protocol.message.Answered;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Push;
import parley.sessions.internal.protocol.message.Result;
import parley.sessions.internal.transport.Encoding;
import parley.sessions.internal.transport.Frame;

/// I6: the memory of a slow reader is bounded. What a queue counts is what it keeps: a message that
/// waits is kept once, though its content may be taken back.
class HeldBytesTest {
    private static final int BODY = 8_000;

    /// Header, envelope and the little that is needed to make a message anew.
    private static final int EACH_MOST = 300;

    /// Holds nothing.
    private record Secret() implements Payload.Source {
        @Override
        public @Nullable Payload replacement() {
            return null;
        }
    }

    private static Publication entry(int number) {
        String json = "\"" + "x".repeat(BODY) + number + "\"";
        return Publication.entry(number, Payload.json(json.getBytes(StandardCharsets.UTF_8), new Secret()));
    }

    private static List<Publication> page(int from, int to) {
        return IntStream.range(from, to).mapToObj(HeldBytesTest::entry).toList();
    }

    private static Frame run(Encoding encoding, int from, int to) {
        List<Push> pushes = page(from, to).stream()
                .<Push>map(each -> new Push.Published("c", each))
                .toList();
        return Objects.requireNonNull(EncodedPush.run(pushes).frame(encoding));
    }

    private static void assertHoldsOnce(Object holder, int counted, int messages) {
        assertTrue(counted > messages * BODY, () -> "counted " + counted);
        long held = Reachable.bytes(holder);
        assertTrue(held >= counted, () -> "looked past some: " + held + " of " + counted);
        assertTrue(held <= counted + (long) messages * EACH_MOST, () -> "holds " + held + ", counts " + counted);
    }

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void whatWaitsIsHeldOnce(Encoding encoding) {
        // I6: what waits in the session's queue counts what it keeps.
        Waiting waiting = new Waiting();
        for (int i = 0; i < 10; i++) {
            waiting.add(run(encoding, i, i + 1), 1);
        }
        waiting.add(run(encoding, 10, 15), 5);
        assertHoldsOnce(waiting, waiting.bytes(), 15);
        waiting.purge();
        assertHoldsOnce(waiting, waiting.bytes(), 15);
    }

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void whatIsJoinedIsHeldOnce(Encoding encoding) {
        // The frame goes into the transport's queue, which counts its size.
        Waiting waiting = new Waiting();
        for (int i = 0; i < 8; i++) {
            waiting.add(run(encoding, i, i + 1), 1);
        }
        waiting.add(run(encoding, 8, 12), 4);
        Frame joined = waiting.frame(encoding, 1 << 20);
        assertTrue(waiting.isEmpty());
        assertEquals(0, waiting.bytes());
        assertEquals(0, waiting.entries());
        assertHoldsOnce(joined, joined.size(), 12);
    }

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void repliesAreHeldOnce(Encoding encoding) {
        // I6: a reply that waits, and holds entries, is kept as its frame alone.
        List<Publication> page = page(0, 20);
        Result.Subscribed resumed = Result.Subscribed.resumed("e", 0, page);
        Payload data = Payload.json("1");
        for (Answered answer : List.of(
                new Result.Past(page, "e", 20),
                resumed,
                new Result.Connected(
                        "id", "v", false, 0, data, Map.of("c", resumed, "d", resumed, "f", resumed), 25, true))) {
            Frame frame = Objects.requireNonNull(ReplyFrame.of(encoding, 1, answer));
            assertHoldsOnce(frame, frame.size(), 20);
        }
    }
}
