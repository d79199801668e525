package parley.app.bench;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
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

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final URI base;
    private final List<WatchClient> clients = new ArrayList<>();

    private Watch(URI base) {
        this.base = base;
    }

    private record Person(String id, String handle, String token) {}

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
            for (Person person : all) {
                watch.clients.add(new WatchClient(watch.http, socket, person.handle(), person.token(), conversation));
            }
            watch.clients.forEach(WatchClient::start);
            return watch;
        } catch (IOException | CompletionException | JsonException | IllegalArgumentException away) {
            throw new Failure("Nobody can chat at " + base + ".", away);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted.", stopped);
        }
    }

    /// Ends it; what all of them saw together.
    public WatchTally end() throws InterruptedException {
        WatchTally all = new WatchTally();
        for (WatchClient client : clients) {
            all.add(client.stop());
        }
        return all;
    }

    private Person signUp() throws IOException, InterruptedException {
        String handle = "watch." + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
        String password = UUID.randomUUID().toString();
        String id = post(
                        "accounts",
                        Json.createObjectBuilder()
                                .add("handle", handle)
                                .add("displayName", "Watch")
                                .add("password", password)
                                .build())
                .getString("id");
        String token = post(
                        "tokens",
                        Json.createObjectBuilder()
                                .add("handle", handle)
                                .add("password", password)
                                .add("device", "watch")
                                .build())
                .getString("accessToken");
        return new Person(id, handle, token);
    }

    private JsonObject post(String path, JsonObject body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(base.resolve("api/v1/" + path))
                .timeout(ANSWER_MAX)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 201) {
            throw new Failure("POST " + path + " at " + base + " was answered " + response.statusCode()
                    + " (accounts.sign-up must be open).");
        }
        try (JsonReader reader = Json.createReader(new StringReader(response.body()))) {
            return reader.readObject();
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
            JsonObject unused =
                    open.ask("\"connect\":{\"token\":\"" + people.getFirst().token() + "\"}");
            JsonObject reply = open.ask("\"rpc\":{\"method\":\"conversation.create\",\"data\":{\"id\":\"watch\","
                    + "\"kind\":\"group\",\"title\":\"Watch\",\"members\":[" + members + "]}}");
            if (!reply.containsKey("rpc")) {
                throw new Failure("conversation.create at " + base + " was answered " + reply + ".");
            }
            return reply.getJsonObject("rpc").getJsonObject("data").getString("conversation");
        }
    }
}
