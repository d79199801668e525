package parley.app.bench;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One connection of the JSON protocol. Pushes go to `onPush`, one at a time. Every reply that is waited
/// for ends with the connection, or after some seconds. Answers pings. Thread-safe.
final class WatchSocket implements WebSocket.Listener, WatchLink {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);

    /// A server answers within four.
    private static final int ANSWER_SECONDS_MAX = 5;

    private final Consumer<JsonObject> onPush;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final ReentrantLock sending = new ReentrantLock();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;

    private WatchSocket(HttpClient http, URI address, Consumer<JsonObject> onPush) {
        this.onPush = onPush;
        this.socket = http.newWebSocketBuilder()
                .connectTimeout(CONNECT_MAX)
                .buildAsync(address, this)
                .join();
    }

    /// Throws a [java.util.concurrent.CompletionException] when nobody takes the connection.
    static WatchSocket open(HttpClient http, URI address, Consumer<JsonObject> onPush) {
        return new WatchSocket(http, address, onPush);
    }

    @Override
    public JsonObject ask(String part) {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonObject> reply = new CompletableFuture<>();
        waiting.put(id, reply);
        if (closed.isDone()) {
            end();
        }
        send("{\"id\":" + id + "," + part + "}");
        return reply.orTimeout(ANSWER_SECONDS_MAX, TimeUnit.SECONDS).join();
    }

    private void send(String frame) {
        sending.lock();
        try {
            WebSocket unused = socket.sendText(frame, true)
                    .orTimeout(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)
                    .join();
        } finally {
            sending.unlock();
        }
    }

    @Override
    public boolean isOpen() {
        return !closed.isDone();
    }

    @Override
    public int closeCode() {
        return closed.getNow(0);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            String frame = partial.toString();
            partial.setLength(0);
            frame.lines().forEach(this::received);
        }
        from.request(1);
        return null;
    }

    private void received(String line) {
        if (line.equals("{}")) {
            // This thread must not wait for another one that sends.
            Thread unused = Thread.startVirtualThread(() -> send("{}"));
            return;
        }
        JsonObject message;
        try (JsonReader reader = Json.createReader(new StringReader(line))) {
            message = reader.readObject();
        }
        if (message.containsKey("push")) {
            onPush.accept(message.getJsonObject("push"));
        } else {
            CompletableFuture<JsonObject> reply = waiting.remove(message.getInt("id", 0));
            if (reply != null) {
                reply.complete(message);
            }
        }
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        end();
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.complete(1006);
        end();
    }

    private void end() {
        waiting.values()
                .forEach(reply -> reply.completeExceptionally(new IllegalStateException("the connection ended")));
    }

    @Override
    public void close() {
        socket.abort();
        closed.complete(1006);
        end();
    }
}
