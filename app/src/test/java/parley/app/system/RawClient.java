package parley.app.system;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A client of the JSON protocol that shares no code with the server and none with an SDK: it shows what
/// is on the wire, repeats and gaps included. Answers pings. Thread-safe.
final class RawClient implements WebSocket.Listener, AutoCloseable {
    static final Duration ANSWER_MAX = Duration.ofSeconds(20);

    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
    private final List<JsonObject> pushes = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final ReentrantLock sending = new ReentrantLock();
    private final StringBuilder partial = new StringBuilder();
    private final Consumer<JsonObject> onPush;
    private final WebSocket socket;
    private final AtomicBoolean paused = new AtomicBoolean();

    private RawClient(String address, @Nullable Consumer<JsonObject> onPush) {
        this.onPush = onPush == null ? pushes::add : onPush;
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(address), this)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    /// A connection that has sent nothing yet.
    static RawClient open(String address) {
        return new RawClient(address, null);
    }

    /// A connection that hands each push to `onPush` and keeps none.
    static RawClient open(String address, Consumer<JsonObject> onPush) {
        return new RawClient(address, onPush);
    }

    /// The `connect` part of the reply. `positions`: channel to `offset:epoch`.
    JsonObject connect(String token, Map<String, String> positions, @Nullable String data) {
        StringBuilder subs = new StringBuilder();
        positions.forEach((channel, position) -> {
            String[] parts = position.split(":", 2);
            subs.append(subs.isEmpty() ? "" : ",")
                    .append("\"" + channel + "\":{\"recover\":true,\"offset\":" + parts[0] + ",\"epoch\":\"" + parts[1]
                            + "\"}");
        });
        JsonObject reply = command("\"connect\":{\"token\":\"" + token + "\",\"subs\":{" + subs + "}"
                + (data == null ? "" : ",\"data\":" + data) + "}");
        return reply.getJsonObject("connect");
    }

    JsonObject connect(String token) {
        return connect(token, Map.of(), null);
    }

    /// The whole reply to an rpc.
    JsonObject rpc(String method, String data) {
        return join(rpcAsync(method, data));
    }

    CompletableFuture<JsonObject> rpcAsync(String method, String data) {
        return commandAsync("\"rpc\":{\"method\":\"" + method + "\",\"data\":" + data + "}");
    }

    /// The `data` of an rpc that must succeed.
    JsonObject call(String method, String data) {
        JsonObject reply = rpc(method, data);
        if (!reply.containsKey("rpc")) {
            throw new AssertionError(method + " " + data + " was answered " + reply);
        }
        return reply.getJsonObject("rpc").getJsonObject("data");
    }

    /// Sends `{"id":n, <part>}` and waits for the reply to it.
    JsonObject command(String part) {
        return join(commandAsync(part));
    }

    CompletableFuture<JsonObject> commandAsync(String part) {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonObject> reply = new CompletableFuture<>();
        waiting.put(id, reply);
        send("{\"id\":" + id + "," + part + "}");
        return reply;
    }

    /// Appends `{"id":n, <part>}` as a line to `frame`, which the caller will [#send]; gives the reply
    /// to come.
    CompletableFuture<JsonObject> expect(StringBuilder frame, String part) {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonObject> reply = new CompletableFuture<>();
        waiting.put(id, reply);
        if (!frame.isEmpty()) {
            frame.append('\n');
        }
        frame.append("{\"id\":" + id + "," + part + "}");
        return reply;
    }

    /// Sends a text frame as it is.
    void send(String frame) {
        sending.lock();
        try {
            WebSocket unused =
                    socket.sendText(frame, true).orTimeout(20, TimeUnit.SECONDS).join();
        } finally {
            sending.unlock();
        }
    }

    /// All pushes so far, in order of arrival.
    List<JsonObject> pushes() {
        return pushes;
    }

    /// The `data` of the publications of `channel` so far that have an offset.
    List<JsonObject> entries(String channel) {
        return pushes.stream()
                .filter(push -> push.getString("channel", "").equals(channel) && push.containsKey("pub"))
                .map(push -> push.getJsonObject("pub"))
                .filter(publication -> publication.containsKey("offset"))
                .map(publication -> publication.getJsonObject("data"))
                .toList();
    }

    /// The close code; 1006 when the connection was cut.
    int awaitClose() {
        return closed.orTimeout(ANSWER_MAX.toSeconds(), TimeUnit.SECONDS).join();
    }

    boolean isOpen() {
        return !closed.isDone();
    }

    /// Cuts the connection without a word.
    void cut() {
        socket.abort();
        end(1006);
    }

    @Override
    public void close() {
        cut();
    }

    private static JsonObject join(CompletableFuture<JsonObject> reply) {
        return reply.orTimeout(ANSWER_MAX.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            String frame = partial.toString();
            partial.setLength(0);
            frame.lines().forEach(this::received);
        }
        if (!paused.get()) {
            from.request(1);
        }
        return null;
    }

    /// Reads nothing more after the frame that is on its way, pings included.
    void pause() {
        paused.set(true);
    }

    /// Reads on after [#pause], at least one frame after it.
    void resume() {
        paused.set(false);
        socket.request(1);
    }

    private void received(String line) {
        if (line.equals("{}")) {
            // The socket takes one send at a time, and this thread must not wait for another one.
            Thread unused = Thread.startVirtualThread(() -> send("{}"));
            return;
        }
        JsonObject message;
        try (JsonReader reader = Json.createReader(new StringReader(line))) {
            message = reader.readObject();
        }
        if (message.containsKey("push")) {
            JsonObject push = message.getJsonObject("push");
            onPush.accept(push);
        } else {
            CompletableFuture<JsonObject> reply = waiting.remove(message.getInt("id"));
            if (reply == null || !reply.complete(message)) {
                throw new AssertionError("answered twice: " + line);
            }
        }
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        end(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        end(1006);
    }

    private void end(int code) {
        if (closed.complete(code)) {
            waiting.values().forEach(reply -> {
                boolean unused = reply.completeExceptionally(new IllegalStateException("closed with " + code));
            });
        }
    }
}
