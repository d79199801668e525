package parley.sessions.internal.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.Lifetime;
import parley.sessions.internal.protocol.Renewed;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.message.Push;
import parley.sessions.internal.protocol.message.Result;

/// P33 to P36: the end of subscriptions, and what may keep it off.
class ExpiryTest {
    private static final Result.Subscribed TWO_SECONDS =
            Result.Subscribed.fresh("e", 5).expiring(2);
    private static final String SUBSCRIBE = "{\"id\":2,\"subscribe\":{\"channel\":\"c\"}}";
    private static final String SUBSCRIBED = "{\"id\":2,\"subscribe\":{\"expires\":true,\"ttl\":2,\"recoverable\":true,"
            + "\"positioned\":true,\"epoch\":\"e\",\"offset\":5}}";
    private static final String EXPIRED =
            "{\"push\":{\"channel\":\"c\",\"unsubscribe\":{\"code\":2501," + "\"reason\":\"subscription expired\"}}}";

    private final ScriptedBackend backend = new ScriptedBackend();

    @Test
    void aSubscriptionThatIsNotRenewedEnds() {
        // P34. "25 s after the end of its token ... one that the client made is ended with the code 2501."
        Peer peer = subscribed();
        peer.pass(26_900, "{}");
        assertEquals(List.of(), withoutPings(peer));
        peer.pass(200, "{}");
        assertEquals(List.of(EXPIRED), withoutPings(peer));
        assertEquals(List.of("unsubscribe c"), backend.takeCalls());
        peer.pass(5_000, "{}");
        peer.expectOpen();
        assertEquals(List.of(), backend.takeCalls());
    }

    @Test
    void aSubscriptionOfTheServersThatExpiresEndsTheSession() {
        // P34. "... one that the server made ends the session with 3006."
        backend.subscriptions = Map.of("s", TWO_SECONDS);
        Peer peer = new Peer(backend).connected();
        peer.pass(26_900, "{}");
        peer.expectOpen();
        peer.pass(200, "{}");
        peer.expectClosed(3006);
    }

    @Test
    void aRenewedSubscriptionGoesOn() {
        // P33. "A sub_refresh is answered with the new end of the subscription."
        Peer peer = subscribed();
        peer.pass(20_000, "{}");
        assertEquals(List.of(), withoutPings(peer));
        backend.lifetime = new Lifetime(10);
        peer.send("{\"id\":3,\"sub_refresh\":{\"channel\":\"c\",\"token\":\"c:2\"}}");
        peer.expect("{\"id\":3,\"sub_refresh\":{\"expires\":true,\"ttl\":10}}");
        peer.pass(34_900, "{}");
        assertEquals(List.of(), withoutPings(peer));
        peer.pass(200, "{}");
        assertEquals(List.of(EXPIRED), withoutPings(peer));
    }

    @Test
    void aSubscriptionMayBeRenewedForEver() {
        // P33. A token without an end.
        Peer peer = subscribed();
        peer.send("{\"id\":3,\"sub_refresh\":{\"channel\":\"c\",\"token\":\"c:2\"}}");
        peer.expect("{\"id\":3,\"sub_refresh\":{}}");
        peer.pass(60_000, "{}");
        assertEquals(List.of(), withoutPings(peer));
    }

    @Test
    void theTokenMayNameTheChannel() {
        // P33. "Without a channel it is for the one that the token names" - an SDK leaves the channel out.
        Peer peer = subscribed();
        peer.send("{\"id\":3,\"sub_refresh\":{\"token\":\"c:2\"}}");
        peer.expect("{\"id\":3,\"sub_refresh\":{}}");
        assertEquals(List.of("sub_refresh  c:2"), backend.takeCalls());
        peer.pass(60_000, "{}");
        assertEquals(List.of(), withoutPings(peer));
    }

    @Test
    void whatEndedOtherwiseDoesNotExpire() {
        // P34. Neither after an unsubscribe of the client's nor after one of the server's.
        Peer peer = subscribed();
        peer.send(
                "{\"id\":3,\"unsubscribe\":{\"channel\":\"c\"}}",
                SUBSCRIBE.replace(":2,", ":4,").replace("\"c\"", "\"d\""));
        assertEquals(2, peer.take().size());
        assertTrue(backend.out().announce(new EncodedPush(new Push.Unsubscribed("d", 2000, "gone"))));
        assertEquals(1, peer.take().size());
        assertEquals(List.of("unsubscribe c", "subscribe d"), backend.takeCalls());
        peer.pass(60_000, "{}");
        assertEquals(List.of(), withoutPings(peer));
        assertEquals(List.of(), backend.takeCalls());
    }

    @Test
    void theEndOfASubscriptionTakesItsTurn() {
        // P34. "It ends in its turn among the client's commands": a sub_refresh that is under way comes first.
        Peer peer = subscribed();
        peer.pass(26_000, "{}");
        assertEquals(List.of(), withoutPings(peer));
        peer.send("{\"id\":3,\"sub_refresh\":{\"channel\":\"c\",\"token\":\"held\"}}");
        peer.pass(2_000, "{}");
        assertEquals(List.of("sub_refresh c held"), backend.takeCalls());
        Answer<Renewed> answer = backend.takeHeld();
        assertTrue(answer.give(new Renewed("c", new Lifetime(60))));
        peer.pass(10_000, "{}");
        assertEquals(List.of("{\"id\":3,\"sub_refresh\":{\"expires\":true,\"ttl\":60}}"), withoutPings(peer));
        assertEquals(List.of(), backend.takeCalls());
    }

    @Test
    void theEndOfASubscriptionIsNotForgottenWhileTheBackEndIsBusy() {
        // P34. What found no turn within 3.5 s is tried again, and ends once.
        Peer peer = subscribed();
        peer.runsAtOnce = false;
        peer.pass(36_000, "{}");
        peer.runWork();
        peer.runsAtOnce = true;
        peer.pass(5_000, "{}");
        assertEquals(List.of(EXPIRED), withoutPings(peer));
        assertEquals(List.of("unsubscribe c"), backend.takeCalls());
    }

    @Test
    void theBackEndMayRenewASession() {
        // P35. "The server may renew a session itself; its clients are not told."
        backend.lifetime = new Lifetime(2);
        Peer peer = new Peer(backend).connected();
        backend.out().renew(new Lifetime(30));
        peer.pass(54_800, "{}");
        peer.expectOpen();
        peer.pass(300, "{}");
        peer.expectClosed(3005);
    }

    @Test
    void aSubscriptionWithAGapMayBeRefusedByItsFlag() {
        // P36. "... answered with error 112 instead of a subscription that is not recovered", and the back end undoes
        // it.
        Peer peer = new Peer(backend).connected();
        backend.subscribed = Result.Subscribed.notResumed("e", 9);
        String resume = "\"channel\":\"held\",\"recover\":true,\"offset\":3,\"epoch\":\"o\"";
        peer.send("{\"id\":2,\"subscribe\":{" + resume + ",\"flag\":3}}");
        Answer<Result.Subscribed> answer = backend.takeHeld();
        assertFalse(answer.give(backend.subscribed));
        peer.expect("{\"id\":2,\"error\":{\"code\":112,\"message\":\"unrecoverable position\"}}");
        String other = resume.replace("held", "c");
        peer.send("{\"id\":3,\"subscribe\":{" + other + ",\"flag\":1}}");
        assertTrue(peer.take().getFirst().startsWith("{\"id\":3,\"subscribe\":"));
        backend.subscribed = Result.Subscribed.resumed("e", 3, List.of());
        peer.send("{\"id\":4,\"subscribe\":{" + other + ",\"flag\":2}}");
        assertTrue(peer.take().getFirst().startsWith("{\"id\":4,\"subscribe\":"));
        backend.subscribed = Result.Subscribed.fresh("e", 3);
        peer.send("{\"id\":5,\"subscribe\":{\"channel\":\"f\",\"flag\":2}}");
        assertTrue(peer.take().getFirst().startsWith("{\"id\":5,\"subscribe\":"));
    }

    private Peer subscribed() {
        Peer peer = new Peer(backend).connected();
        backend.subscribed = TWO_SECONDS;
        peer.send(SUBSCRIBE);
        peer.expect(SUBSCRIBED);
        assertEquals(List.of("connect ", "accepted true", "subscribe c"), backend.takeCalls());
        return peer;
    }

    private static List<String> withoutPings(Peer peer) {
        return peer.take().stream().filter(line -> !line.equals("{}")).toList();
    }
}
