package parley.app.system;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import parley.testkit.Await;

/// One person's connection that reads all the time: pages of the log, newest first, and the list of
/// conversations, one request at a time. Keeps every answer, and compares at the end. Thread-safe.
final class Reader implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int PAGE = 50;

    private final RawClient client;
    private final List<String> conversations;
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Thread reading;

    /// The whole reply to a request, when it was asked and how long it took.
    record Answer(String conversation, JsonObject reply, long beganNanos, long nanos) {
        boolean isError() {
            return reply.containsKey("error");
        }

        boolean isTemporary() {
            return reply.getJsonObject("error").getBoolean("temporary", false);
        }

        long millis() {
            return nanos / 1_000_000;
        }
    }

    private Reader(String address, Rest.Person person, List<String> conversations) {
        this.conversations = conversations;
        this.client = RawClient.open(address, push -> {});
        JsonObject unused = client.connect(person.accessToken());
        this.reading = Thread.ofVirtual().name("reader").start(this::readOn);
    }

    /// Connects and begins to read.
    static Reader start(String address, Rest.Person person, List<String> conversations) {
        return new Reader(address, person, conversations);
    }

    private void readOn() {
        for (int i = 0; !stopped.get(); i++) {
            String conversation = conversations.get(i % conversations.size());
            ask(
                    conversation,
                    "\"history\":{\"channel\":\"c:" + conversation + "\",\"limit\":" + PAGE + ",\"reverse\":true}");
            ask("", "\"rpc\":{\"method\":\"conversation.list\",\"data\":{\"limit\":10}}");
            Await.stays(PAUSE, "a pause", () -> true);
        }
    }

    private void ask(String conversation, String part) {
        long began = System.nanoTime();
        JsonObject reply = client.command(part);
        boolean unused = answers.add(new Answer(conversation, reply, began, System.nanoTime() - began));
    }

    List<Answer> answers() {
        return List.copyOf(answers);
    }

    /// Of all answers, the time that `share` of them (0 to 1) took at most.
    long millis(double share) {
        List<Long> sorted = answers.stream().map(Answer::millis).sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }

    boolean isOpen() {
        return client.isOpen();
    }

    /// Reads no more, and waits for the last answer. Fails when a request was never answered.
    void stop() {
        stopped.set(true);
        Await.until("the last answer of a reader", () -> reading.join(Duration.ofMillis(5)));
        if (!client.isOpen()) {
            throw new AssertionError("the reader's connection was closed");
        }
    }

    /// Every page was a stretch of the log without a hole, up to the head of that moment, and said what the
    /// tables say.
    void compare(LogTables tables) throws SQLException {
        Map<String, List<LogTables.Row>> rows = new HashMap<>();
        for (String conversation : conversations) {
            rows.put(conversation, tables.rows(conversation));
        }
        for (Answer answer : answers) {
            if (!answer.conversation().isEmpty() && !answer.isError()) {
                compare(Objects.requireNonNull(rows.get(answer.conversation())), answer);
            }
        }
    }

    private static void compare(List<LogTables.Row> rows, Answer answer) {
        JsonObject page = answer.reply().getJsonObject("history");
        long expected = page.getJsonNumber("offset").longValue();
        List<JsonObject> publications = page.containsKey("publications")
                ? page.getJsonArray("publications").getValuesAs(JsonObject.class)
                : List.of();
        if (publications.size() != Math.min(PAGE, expected)) {
            throw new AssertionError("not all there is, in " + page);
        }
        for (JsonObject publication : publications) {
            long offset = publication.getJsonNumber("offset").longValue();
            LogTables.Row row = rows.get((int) offset - 1);
            JsonValue id = publication.getJsonObject("data").get("id");
            if (offset != expected
                    || (row.kind() == LogTables.MESSAGE
                            && !("\"" + row.clientId() + "\"").equals(String.valueOf(id)))) {
                throw new AssertionError(publication + " where " + expected + " is due and " + row + " is stored");
            }
            expected--;
        }
    }

    @Override
    public void close() {
        stopped.set(true);
        client.close();
    }
}
