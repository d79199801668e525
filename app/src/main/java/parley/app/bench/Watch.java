package parley.app.bench;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import parley.app.exit.Failure;

/// A few people who chat all the time, to see from outside how long something that an operator does makes
/// them wait. Used by one thread.
public final class Watch {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

    /// So long may those who were away take to come back and to catch up when nobody writes any more: the
    /// SDKs' longest pause, and some more.
    private static final Duration SETTLE_MAX = Duration.ofSeconds(30);

    private static final Duration SETTLE_STEP = Duration.ofMillis(50);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final URI base;
    private final List<WatchClient> clients = new ArrayList<>();

    private Watch(URI base) {
        this.base = base;
    }

    private record Person(String id, String handle, WatchTokens tokens) {}

    /// Signs `people` new people up at `base` (`http://host:port/`), puts them into one conversation and lets
    /// them write. Throws [Failure] when that cannot be.
    public static Watch begin(URI base, int people) {
        Watch watch = new Watch(base);
        try {
            List<Person> all = new ArrayList<>();
            for (int i = 0; i < people; i++) {
                all.add(watch.signUp());
            }
            URI socket = URI.create(base.toString().replaceFirst("^http", "ws") + "connection/websocket");
            String conversation = watch.conversation(socket, all);
            WatchClient.Door door = onPush -> WatchSocket.open(watch.http, socket, onPush);
            for (Person person : all) {
                watch.clients.add(
                        new WatchClient(door, person.tokens(), WatchTime.REAL, person.handle(), conversation));
            }
            watch.clients.forEach(client -> {
                Thread unused = Thread.ofVirtual().name("watch").start(client::run);
            });
            return watch;
        } catch (IOException
                | CompletionException
                | JsonException
                | IllegalStateException
                | IllegalArgumentException away) {
            throw new Failure("Nobody can chat at " + base + ".", away);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted.", stopped);
        }
    }

    /// Ends it, some time later when somebody is not back or level yet; what all of them saw together.
    public WatchTally end() {
        WatchTally all = settled(clients.stream().map(WatchClient::record).toList(), WatchTime.REAL);
        clients.forEach(WatchClient::end);
        return all;
    }

    /// Nobody writes any more; waits until everybody is there and has what anybody has.
    static WatchTally settled(List<WatchRecord> records, WatchTime time) {
        records.forEach(WatchRecord::quiet);
        long begin = time.nanos();
        long highest = highest(records);
        while (!areLevel(records, highest) && time.nanos() - begin < SETTLE_MAX.toNanos()) {
            time.rest(SETTLE_STEP);
            highest = highest(records);
        }
        WatchTally all = new WatchTally();
        for (WatchRecord record : records) {
            all.add(record.end(highest, time.nanos()));
        }
        return all;
    }

    private static long highest(List<WatchRecord> records) {
        return records.stream().mapToLong(WatchRecord::highest).max().orElse(0);
    }

    private static boolean areLevel(List<WatchRecord> records, long highest) {
        return records.stream().allMatch(record -> record.isLevel(highest));
    }

    private Person signUp() throws IOException, InterruptedException {
        String handle = "watch." + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
        String password = UUID.randomUUID().toString();
        WatchTokens.Answer answer = post(
                "accounts",
                Json.createObjectBuilder()
                        .add("handle", handle)
                        .add("displayName", "Watch")
                        .add("password", password)
                        .build());
        if (answer.status() != 201) {
            throw new Failure("POST accounts at " + base + " was answered " + answer.status()
                    + " (accounts.sign-up must be open).");
        }
        return new Person(
                answer.body().getString("id"), handle, new WatchTokens(this::post, handle, password, System::nanoTime));
    }

    private WatchTokens.Answer post(String path, JsonObject body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(base.resolve("api/v1/" + path))
                .timeout(ANSWER_MAX)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            return new WatchTokens.Answer(response.statusCode(), JsonValue.EMPTY_JSON_OBJECT);
        }
        try (JsonReader reader = Json.createReader(new StringReader(response.body()))) {
            return new WatchTokens.Answer(response.statusCode(), reader.readObject());
        }
    }

    private String conversation(URI socket, List<Person> people) {
        StringBuilder members = new StringBuilder();
        people.stream()
                .skip(1)
                .forEach(person -> members.append(members.isEmpty() ? "\"" : ",\"")
                        .append(person.id())
                        .append('"'));
        try (WatchSocket open = WatchSocket.open(http, socket, push -> {})) {
            JsonObject unused = open.ask("\"connect\":{\"token\":\""
                    + people.getFirst().tokens().pass().token() + "\"}");
            JsonObject reply = open.ask("\"rpc\":{\"method\":\"conversation.create\",\"data\":{\"id\":\"watch\","
                    + "\"kind\":\"group\",\"title\":\"Watch\",\"members\":[" + members + "]}}");
            if (!reply.containsKey("rpc")) {
                throw new Failure("conversation.create at " + base + " was answered " + reply + ".");
            }
            return reply.getJsonObject("rpc").getJsonObject("data").getString("conversation");
        }
    }
}
