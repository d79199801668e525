package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import parley.testkit.Await;

/// A device that keeps all entries that it gets and its position in each conversation, and presents that
/// when it comes back. Used by one thread.
final class Watcher implements AutoCloseable {
    private static final Duration ARRIVED_WITHIN = Duration.ofSeconds(20);

    private final Rest.Person person;
    private final List<String> conversations;
    private final Map<String, Long> begin = new HashMap<>();
    private final Map<String, List<JsonObject>> entries = new HashMap<>();
    private String epoch = "";
    private @Nullable RawClient client;
    private Queue<JsonObject> arrived = new ConcurrentLinkedQueue<>();

    Watcher(Rest.Person person, List<String> conversations) {
        this.person = person;
        this.conversations = conversations;
    }

    /// Connects for the first time, or again with the positions it has.
    void connect(String address) {
        takeArrived();
        close();
        Queue<JsonObject> pushes = new ConcurrentLinkedQueue<>();
        arrived = pushes;
        RawClient opened = RawClient.open(address, push -> {
            boolean unused = pushes.add(push);
        });
        client = opened;
        Map<String, String> positions = new HashMap<>();
        begin.keySet()
                .forEach(conversation -> positions.put("c:" + conversation, position(conversation) + ":" + epoch));
        JsonObject subscriptions =
                opened.connect(person.accessToken(), positions, null).getJsonObject("subs");
        for (String conversation : conversations) {
            subscribed(conversation, subscriptions.getJsonObject("c:" + conversation), !positions.isEmpty());
        }
    }

    private void subscribed(String conversation, JsonObject subscription, boolean isResumed) {
        epoch = subscription.getString("epoch");
        if (!isResumed) {
            begin.put(conversation, subscription.getJsonNumber("offset").longValue());
            entries.put(conversation, new ArrayList<>());
            return;
        }
        assertTrue(subscription.getBoolean("recovered", false), "recovered " + conversation);
        if (subscription.containsKey("publications")) {
            subscription
                    .getJsonArray("publications")
                    .getValuesAs(JsonObject.class)
                    .forEach(publication -> {
                        boolean unused = seen(conversation).add(publication);
                    });
        }
    }

    private List<JsonObject> seen(String conversation) {
        return Objects.requireNonNull(entries.get(conversation), "not connected yet");
    }

    private long begin(String conversation) {
        return Objects.requireNonNull(begin.get(conversation), "not connected yet");
    }

    private long position(String conversation) {
        List<JsonObject> seen = seen(conversation);
        return seen.isEmpty() ? begin(conversation) : offset(seen.getLast());
    }

    private void takeArrived() {
        for (JsonObject push = arrived.poll(); push != null; push = arrived.poll()) {
            List<JsonObject> seen = entries.get(push.getString("channel").substring(2));
            if (seen != null
                    && push.containsKey("pub")
                    && push.getJsonObject("pub").containsKey("offset")) {
                seen.add(push.getJsonObject("pub"));
            }
        }
    }

    boolean isOpen() {
        return client != null && client.isOpen();
    }

    /// Waits until the last message that was acknowledged in each conversation has arrived.
    void awaitAcknowledged(SendRecord record) {
        for (String conversation : conversations) {
            long last = record.told().entrySet().stream()
                    .filter(told -> told.getKey().conversation().equals(conversation))
                    .mapToLong(Map.Entry::getValue)
                    .max()
                    .orElse(0);
            Await.until(ARRIVED_WITHIN, "entries of " + conversation + " arrive up to " + last, () -> {
                takeArrived();
                return position(conversation) >= last;
            });
        }
    }

    /// Over all its connections it got what the tables have: every entry once, in order, with its content.
    void compare(LogTables tables) throws SQLException {
        takeArrived();
        for (String conversation : conversations) {
            List<LogTables.Row> rows = tables.rows(conversation);
            List<JsonObject> seen = seen(conversation);
            assertEquals(
                    LongStream.rangeClosed(begin(conversation) + 1, rows.size())
                            .boxed()
                            .toList(),
                    seen.stream().map(Watcher::offset).toList());
            for (JsonObject publication : seen) {
                LogTables.Row row = rows.get((int) offset(publication) - 1);
                if (row.kind() == LogTables.MESSAGE) {
                    assertEquals(
                            row.clientId(), publication.getJsonObject("data").getString("id"));
                }
            }
        }
    }

    private static long offset(JsonObject publication) {
        return publication.getJsonNumber("offset").longValue();
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
    }
}
