package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;
import parley.testkit.SqlReplica;

/// The host of the database is lost and a replica takes over.
@Tag("faults")
final class FailoverIT {
    private static final Duration BACK_WITHIN = Duration.ofSeconds(60);
    private static final int ENTRIES = 10;

    @TempDir
    Path folder;

    @Test
    void aFailoverThatLostEntriesBeginsANewEpoch() throws SQLException {
        // Lost numbers are given out again, and nobody takes the new entry for the one that was there: the
        // epoch is another one, and positions of the old one are not recovered.
        try (FailoverSite site = FailoverSite.start(SqlReplica.Mode.ASYNCHRONOUS, folder)) {
            Party party = Party.gather(site.node(), 2, 1);
            String conversation = party.conversations().getFirst();
            RawClient reader = RawClient.open(site.node().webSocketAddress());
            String old = epoch(reader.connect(token(party, 1)), conversation);
            long kept = send(site, party, "a");
            site.replica().awaitCaughtUp();
            site.replica().cut();
            long lost = send(site, party, "b");
            Await.until("what is going to be lost was delivered", () -> last(reader, conversation) == lost);
            site.losePrimary();
            site.failOver();
            assertEquals(3001, reader.awaitClose());
            assertEquals(lost, last(reader, conversation), "an entry of the new past came under the old epoch");
            Await.until(BACK_WITHIN, "the node is back", () -> health(site) == 200);
            try (RawClient again = RawClient.open(site.node().webSocketAddress())) {
                JsonObject subscribed = channel(
                        again.connect(token(party, 1), Map.of("c:" + conversation, lost + ":" + old), null),
                        conversation);
                assertNotEquals(old, subscribed.getString("epoch"));
                assertFalse(subscribed.getBoolean("recovered", false), subscribed.toString());
                assertEquals(kept, subscribed.getInt("offset"));
                assertEquals(site.epoch(), subscribed.getString("epoch"));
                long first = kept + 1;
                assertEquals(kept + ENTRIES, send(site, party, "c"));
                Await.until("the new entries", () -> last(again, conversation) == kept + ENTRIES);
                assertEquals(
                        LongStream.rangeClosed(first, kept + ENTRIES).boxed().toList(),
                        again.entries("c:" + conversation).stream()
                                .map(entry -> entry.getJsonNumber("seq").longValue())
                                .toList());
            }
        }
    }

    @Test
    void nothingIsAcknowledgedBehindACutOfASemiSynchronousReplica() throws SQLException {
        // While the replica is away sends are answered busy or unknown; a failover then loses none that was
        // acknowledged, and the epoch stays.
        try (FailoverSite site = FailoverSite.start(SqlReplica.Mode.SEMI_SYNCHRONOUS, folder)) {
            Party party = Party.gather(site.node(), 2, 1);
            String epoch = site.epoch();
            long acknowledged = send(site, party, "a");
            site.replica().cut();
            try (RawClient sender = RawClient.open(site.node().webSocketAddress())) {
                JsonObject unused = sender.connect(token(party, 0));
                for (int i = 0; i < 3; i++) {
                    JsonObject reply = sender.rpc("message.send", message(party, "b" + i));
                    int code = reply.getJsonObject("error").getInt("code");
                    assertTrue(code == 111 || code == 1005, reply.toString());
                }
                site.replica().join();
                Await.until(
                        BACK_WITHIN,
                        "the replica is back, and so are answers",
                        () -> sender.rpc("message.send", message(party, "b0")).containsKey("rpc"));
            }
            long later = send(site, party, "c");
            assertTrue(later >= acknowledged + ENTRIES + 1, later + " after " + acknowledged);
            site.losePrimary();
            site.failOver();
            Await.until(BACK_WITHIN, "the node is back", () -> health(site) == 200);
            assertEquals(later + ENTRIES, send(site, party, "d"));
            assertEquals(epoch, site.epoch());
        }
    }

    /// Sends one after the other and gives the number of the last.
    private static long send(FailoverSite site, Party party, String prefix) {
        long seq = 0;
        try (RawClient sender = RawClient.open(site.node().webSocketAddress())) {
            JsonObject unused = sender.connect(token(party, 0));
            for (int i = 0; i < ENTRIES; i++) {
                seq = sender.call("message.send", message(party, prefix + i))
                        .getJsonNumber("seq")
                        .longValue();
            }
        }
        return seq;
    }

    private static String message(Party party, String id) {
        return "{\"conversation\":\"" + party.conversations().getFirst() + "\",\"id\":\"" + id
                + "\",\"body\":{\"text\":\"" + id + "\"}}";
    }

    private static String token(Party party, int person) {
        return party.people().get(person).accessToken();
    }

    private static String epoch(JsonObject connected, String conversation) {
        return channel(connected, conversation).getString("epoch");
    }

    private static JsonObject channel(JsonObject connected, String conversation) {
        return connected.getJsonObject("subs").getJsonObject("c:" + conversation);
    }

    /// The number of the newest entry that was pushed; 0 before the first.
    private static long last(RawClient client, String conversation) {
        return client.entries("c:" + conversation).stream()
                .mapToLong(entry -> entry.getJsonNumber("seq").longValue())
                .max()
                .orElse(0);
    }

    private static int health(FailoverSite site) {
        return site.node().rest().get("health/ready", null).status();
    }
}
