package parley.sessions.internal.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.message.Push;

/// P19 to P21: what the protocol alone refuses, before the back end is asked.
class ChannelsTest {
    private final ScriptedBackend backend = new ScriptedBackend();
    private final Peer peer = new Peer(backend).connected();

    ChannelsTest() {
        assertEquals(2, backend.takeCalls().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "subscribe",
                "unsubscribe",
                "publish",
                "history",
                "presence",
                "presence_stats",
                "sub_refresh",
                "refresh"
            })
    void anEmptyChannelIsAnOffence(String kind) {
        // P19. "... with an empty channel: 3501." P24, P33. A refresh and a sub_refresh without a token: 3501.
        peer.send("{\"id\":2,\"" + kind + "\":{}}");
        peer.expect();
        peer.expectClosed(3501);
        assertEquals(List.of(), backend.takeCalls());
    }

    @ParameterizedTest
    @ValueSource(strings = {"subscribe", "publish", "history", "presence", "presence_stats", "sub_refresh"})
    void aBadNameIsRefused(String kind) {
        // P19. "A name longer than 255 bytes or with other characters than printable ASCII: error 107."
        String more = ",\"token\":\"t\",\"data\":1}}";
        peer.send("{\"id\":2,\"" + kind + "\":{\"channel\":\"" + "a".repeat(256) + "\"" + more);
        peer.expect("{\"id\":2,\"error\":{\"code\":107,\"message\":\"channel: too long\"}}");
        peer.send("{\"id\":3,\"" + kind + "\":{\"channel\":\"c:\u00e9\"" + more);
        peer.expect("{\"id\":3,\"error\":{\"code\":107,\"message\":\"channel: only printable ASCII\"}}");
        peer.send("{\"id\":4,\"" + kind + "\":{\"channel\":\"c:\\n\"" + more);
        peer.expect("{\"id\":4,\"error\":{\"code\":107,\"message\":\"channel: only printable ASCII\"}}");
        peer.expectOpen();
        assertEquals(List.of(), backend.takeCalls());
    }

    @Test
    void aNameOfFullLengthIsFine() {
        // P19. 255 bytes are allowed.
        String name = "a".repeat(255);
        peer.send("{\"id\":2,\"history\":{\"channel\":\"" + name + "\"}}");
        assertEquals(List.of("history " + name), backend.takeCalls());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"subscribe\":{\"channel\":\"c\",\"type\":1} | 108",
                "\"subscribe\":{\"channel\":\"c\",\"tf\":{\"key\":\"a\"}} | 107",
                "\"publish\":{\"channel\":\"c\",\"data\":1,\"type\":1} | 108",
                "\"publish\":{\"channel\":\"c\"} | 107",
                "\"publish\":{\"channel\":\"c\",\"data\":null} | 107",
                "\"history\":{\"channel\":\"c\",\"since\":{},\"reverse\":true} | 107",
                "\"sub_refresh\":{\"channel\":\"c\",\"token\":\"t\",\"type\":1} | 108",
                "\"presence\":{\"channel\":\"c\"} | 108",
                "\"presence_stats\":{\"channel\":\"c\"} | 108",
                "\"ping\":{} | 108"
            })
    void whatIsNotOfferedIsRefused(String command, int code) {
        // P20, P21. "subscribe with a `type` other than 0: error 108; with a tag filter: 107 ...", "publish with ..."
        peer.send("{\"id\":2," + command + "}");
        String reply = peer.take().getFirst();
        assertTrue(reply.startsWith("{\"id\":2,\"error\":{\"code\":" + code + ",\"message\":\""), reply);
        peer.expectOpen();
        assertEquals(List.of(), backend.takeCalls());
    }

    @Test
    void featuresThatAreOfferedByTheClientAreNotTakenUp() {
        // P7. "Features that are not offered are read over and never announced."
        peer.send(
                "{\"id\":2,\"subscribe\":{\"channel\":\"c\",\"delta\":\"fossil\",\"flag\":1,\"phase\":0,\"limit\":5}}");
        peer.expect("{\"id\":2,\"subscribe\":{\"recoverable\":true,\"positioned\":true,\"epoch\":\"e\",\"offset\":5}}");
    }

    @Test
    void subscriptionsAreLimited() {
        // P20. "... beyond 256 channels (here 4), the server's included: 106."
        assertTrue(backend.out().announce(new EncodedPush(Push.Subscribed.plain("s"))));
        assertEquals(1, peer.take().size());
        peer.send(subscribe(2, "a"), subscribe(3, "b"), subscribe(4, "c"));
        assertEquals(3, peer.take().size());
        peer.send(subscribe(5, "d"));
        peer.expect("{\"id\":5,\"error\":{\"code\":106,\"message\":\"limit exceeded\"}}");
        assertEquals(List.of("subscriptions"), peer.reached);
        peer.send("{\"id\":6,\"unsubscribe\":{\"channel\":\"a\"}}", subscribe(7, "d"), subscribe(8, "e"));
        assertTrue(peer.take().getLast().contains("\"code\":106"));
        assertTrue(backend.out().announce(new EncodedPush(new Push.Unsubscribed("s", 2000, "gone"))));
        assertEquals(1, peer.take().size());
        peer.send(subscribe(9, "e"));
        assertTrue(peer.take().getFirst().startsWith("{\"id\":9,\"subscribe\":"));
    }

    @Test
    void unsubscribeAlwaysSucceeds() {
        // P19. "(unsubscribe always succeeds)" - an SDK reconnects when it does not.
        peer.send("{\"id\":2,\"unsubscribe\":{\"channel\":\"" + "x".repeat(300) + "\"}}");
        peer.expect("{\"id\":2,\"unsubscribe\":{}}");
    }

    private static String subscribe(int id, String channel) {
        return "{\"id\":" + id + ",\"subscribe\":{\"channel\":\"" + channel + "\"}}";
    }
}
