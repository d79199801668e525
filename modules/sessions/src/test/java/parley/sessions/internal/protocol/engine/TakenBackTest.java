package parley.sessions.internal.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Push;
import parley.sessions.internal.protocol.message.Result;
import parley.sessions.internal.transport.Encoding;
import parley.sessions.internal.transport.FrameBytes;

/// Content that was taken back leaves with no frame that had not begun to leave.
class TakenBackTest {
    private final ScriptedBackend backend = new ScriptedBackend();
    private final Peer peer = new Peer(backend);
    private final AtomicBoolean takenBack = new AtomicBoolean();

    private Payload secret() {
        return Payload.json("\"secret\"".getBytes(StandardCharsets.UTF_8), this::replacement);
    }

    private @Nullable Payload replacement() {
        return takenBack.get() ? Payload.json("\"gone\"") : null;
    }

    private Push push(long offset) {
        return new Push.Published("c", Publication.entry(offset, secret()));
    }

    private static Push plain(long offset) {
        return new Push.Published("c", Publication.entry(offset, Payload.json("\"plain\"")));
    }

    /// What leaves from now on; none of it shows the secret.
    private String rest() {
        peer.room(1_000);
        String all = String.join("\n", peer.take());
        assertTrue(!all.contains("secret"), all);
        return all;
    }

    @Test
    void whatWaitsIsMadeAnew() {
        // A recall reaches what is queued for a slow session: single pushes, runs, and the frame that the
        // transport refused; order and number stay.
        peer.connected();
        peer.room(0);
        assertTrue(backend.out().deliver(new EncodedPush(push(1))));
        assertTrue(backend.out().deliver(new EncodedPush(plain(2))));
        assertTrue(backend.out().deliver(EncodedPush.run(List.of(push(3), plain(4), push(5)))));
        takenBack.set(true);
        backend.out().purge();
        String all = rest();
        assertEquals(5, all.split("\n", -1).length);
        assertEquals(3, all.split("gone", -1).length - 1);
    }

    @Test
    void whatWasEncodedBeforeAndComesLaterIsMadeAnew() {
        // A page that was read before the recall and is delivered after it; no walk comes again.
        peer.connected();
        EncodedPush early = EncodedPush.run(List.of(push(1), plain(2)));
        assertTrue(new String(bytes(early), StandardCharsets.UTF_8).contains("secret"));
        takenBack.set(true);
        backend.out().purge();
        assertTrue(backend.out().deliver(early));
        assertTrue(rest().contains("gone"));
        peer.room(0);
        assertTrue(backend.out().deliver(early));
        assertTrue(backend.out().deliver(early));
        assertEquals(2, rest().split("gone", -1).length - 1);
    }

    private static byte[] bytes(EncodedPush push) {
        return FrameBytes.payload(Objects.requireNonNull(push.frame(Encoding.JSON)));
    }

    @Test
    void repliesThatWaitAreMadeAnew() {
        // History, a resumed subscription and an rpc answer hold entries, too.
        peer.connected();
        peer.room(0);
        List<Publication> page = List.of(Publication.entry(1, secret()));
        peer.send("{\"id\":2,\"history\":{\"channel\":\"held1\",\"limit\":1}}");
        peer.send("{\"id\":3,\"rpc\":{\"method\":\"held2\"}}");
        peer.send("{\"id\":4,\"subscribe\":{\"channel\":\"held3\"}}");
        Answer<Result.Past> past = backend.takeHeld();
        Answer<Result.RpcAnswered> rpc = backend.takeHeld();
        Answer<Result.Subscribed> subscribed = backend.takeHeld();
        assertTrue(past.give(new Result.Past(page, "e", 1)));
        assertTrue(rpc.give(new Result.RpcAnswered(secret())));
        assertTrue(subscribed.give(Result.Subscribed.resumed("e", 0, page)));
        takenBack.set(true);
        backend.out().purge();
        assertEquals(3, rest().split("gone", -1).length - 1);
    }

    @Test
    void aConnectReplyThatWaitsIsMadeAnew() {
        // What a reconnecting client missed stands in its connect reply.
        peer.room(0);
        backend.subscriptions = Map.of("c", Result.Subscribed.resumed("e", 0, List.of(Publication.entry(1, secret()))));
        peer.send("{\"id\":1,\"connect\":{}}");
        takenBack.set(true);
        backend.out().purge();
        assertTrue(rest().contains("gone"));
    }
}
