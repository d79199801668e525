package parley.sessions.internal.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.sessions.internal.protocol.Lifetime;
import parley.sessions.internal.transport.Encoding;
import parley.sessions.internal.transport.Frame;
import parley.sessions.internal.transport.FrameBytes;
import parley.testkit.Seeds;

/// P24 to P27: pings, pongs and the end of tokens.
class LivenessTest {
    private final ScriptedBackend backend = new ScriptedBackend();

    @Test
    void theServerPingsOnSchedule() {
        // P26. "The server pings each session every 25 s, the first time between half and a whole interval after
        // connect, whatever other traffic there is."
        Peer peer = new Peer(backend).connected();
        long first = nextPing(peer, 25_000);
        assertTrue(first >= 12_500 && first <= 25_100, "first ping after " + first);
        peer.send("{}");
        for (int i = 0; i < 5; i++) {
            long next = nextPing(peer, 26_000);
            assertTrue(next >= 24_900 && next <= 25_100, "next ping after " + next);
            peer.send("{}", "{\"id\":" + (2 + i) + ",\"rpc\":{}}");
            assertEquals(1, peer.take().size());
        }
    }

    @Test
    void firstPingsAreSpread() {
        // P26. "... the first time between half and a whole interval after connect."
        Seeds.each(200, seed -> {
            Liveness liveness = new Liveness(ProtocolLimits.DEFAULT, 0);
            liveness.connected(0, new java.util.Random(seed).nextDouble());
            assertTrue(liveness.next() >= 12_500 && liveness.next() < 25_000, "at " + liveness.next());
        });
    }

    @Test
    void noPongEndsTheConnection() {
        // P27. "No pong within 8 s: 3012 ... Other commands are no pong."
        Peer peer = new Peer(backend).connected();
        long unused = nextPing(peer, 25_000);
        peer.pass(7_800);
        peer.send("{\"id\":2,\"rpc\":{}}");
        peer.expectOpen();
        peer.pass(300);
        peer.expectClosed(3012);
    }

    @Test
    void aSlowReaderHasMoreTimeForItsPong() {
        // P27. "... but as long as bytes wait for the socket, another 8 s each time."
        Peer peer = new Peer(backend).connected();
        long unused = nextPing(peer, 25_000);
        peer.connection().pending(1_000);
        peer.pass(20_000);
        peer.expectOpen();
        peer.connection().pending(0);
        peer.pass(8_000);
        peer.expectClosed(3012);
    }

    @Test
    void aPongWithoutPingIsFine() {
        // P27. "... a pong without a ping is fine."
        Peer peer = new Peer(backend).connected();
        peer.send("{}", "{}");
        peer.send("{}");
        peer.expectOpen();
    }

    @Test
    void pingsMayBeWebSockets() {
        // P26. "With `cf_ws_frame_ping_pong=true` both are WebSocket's own, and the connect reply announces none."
        Peer peer = new Peer(backend, Encoding.JSON, Peer.LIMITS, true);
        peer.send("{\"id\":1,\"connect\":{}}");
        assertFalse(peer.take().getFirst().contains("ping"));
        List<Frame> frames = peer.passUntilFrames(25_000);
        assertEquals(1, frames.size());
        assertTrue(FrameBytes.isNativePing(frames.getFirst()));
        peer.nativePong();
        peer.pass(10_000);
        peer.expectOpen();
    }

    @Test
    void theProtobufPingIsOneByte() {
        // P26. "A ping is an empty reply"
        Peer peer = new Peer(backend, Encoding.PROTOBUF, Peer.LIMITS, false).connected();
        List<Frame> frames = peer.passUntilFrames(25_000);
        assertEquals(1, frames.size());
        assertEquals(1, FrameBytes.payload(frames.getFirst()).length);
        assertFalse(FrameBytes.isText(frames.getFirst()));
        peer.sendRaw(new byte[] {0});
        peer.pass(10_000);
        peer.expectOpen();
    }

    @Test
    void theEndOfTheTokenEndsTheSession() {
        // P25. "25 s after the end of its token, without a refresh, a session is closed with 3005."
        backend.lifetime = new Lifetime(2);
        Peer peer = new Peer(backend).connected();
        peer.pass(26_900, "{}");
        peer.expectOpen();
        peer.pass(200);
        peer.expectClosed(3005);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10})
    void aRefreshLetsTheSessionLiveOn(int seconds) {
        // P24. "... a refresh is answered in the same way." P25.
        backend.lifetime = new Lifetime(2);
        Peer peer = new Peer(backend).connected();
        peer.pass(20_000, "{}");
        List<String> pings = peer.take();
        assertTrue(pings.size() <= 1);
        backend.lifetime = new Lifetime(seconds);
        peer.send("{\"id\":2,\"refresh\":{\"token\":\"t2\"}}");
        String lifetime = seconds == 0 ? "" : ",\"expires\":true,\"ttl\":10";
        peer.expect("{\"id\":2,\"refresh\":{\"version\":\"test\"" + lifetime + "}}");
        peer.pass(34_900, "{}");
        peer.expectOpen();
        peer.pass(200, "{}");
        if (seconds == 0) {
            peer.expectOpen();
        } else {
            peer.expectClosed(3005);
        }
    }

    /// Milliseconds until the next ping, in steps of the wheel.
    private static long nextPing(Peer peer, long within) {
        long begin = peer.now;
        while (peer.now - begin <= within + 100) {
            if (peer.take().contains("{}")) {
                return peer.now - begin;
            }
            peer.pass(Wheel.TICK_MILLIS);
        }
        throw new AssertionError("no ping within " + within + " ms");
    }
}
