package parley.app.system;

import jakarta.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A client in one of the two encodings, whose test reads every message in order as JSON. For one
/// thread.
final class ProtocolPeer implements WebSocket.Listener, AutoCloseable {
    private static final int WAIT_SECONDS = 10;

    private final boolean protobuf;
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private final LinkedBlockingQueue<JsonObject> arrived = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final List<JsonObject> passed = new ArrayList<>();
    private final WebSocket socket;

    ProtocolPeer(String address, boolean protobuf) {
        this.protobuf = protobuf;
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
        if (protobuf) {
            builder.subprotocols("centrifuge-protobuf");
        }
        socket = builder.buildAsync(URI.create(address), this)
                .orTimeout(WAIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /// One frame of these commands.
    ProtocolPeer send(String... commands) {
        if (protobuf) {
            sendBinary(ProtobufText.frame(List.of(commands)));
        } else {
            sendText(String.join("\n", commands));
        }
        return this;
    }

    void sendText(String frame) {
        WebSocket unused = socket.sendText(frame, true)
                .orTimeout(WAIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    void sendBinary(byte[] frame) {
        WebSocket unused = socket.sendBinary(ByteBuffer.wrap(frame), true)
                .orTimeout(WAIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /// A frame of the type that this client does not speak.
    void sendOtherType() {
        if (protobuf) {
            sendText("{}");
        } else {
            sendBinary(new byte[] {0});
        }
    }

    /// Sends one command and gives its reply; what comes before it is kept for [#push].
    JsonObject ask(int id, String request) {
        send("{\"id\":" + id + "," + request + "}");
        return reply(id);
    }

    JsonObject reply(int id) {
        return next(message -> message.containsKey("id") && message.getInt("id") == id);
    }

    /// The error code of the reply to one command.
    int refusal(int id, String request) {
        JsonObject reply = ask(id, request);
        JsonObject error = reply.getJsonObject("error");
        if (error == null || error.getString("message", "").isEmpty()) {
            throw new AssertionError(request + " was answered " + reply);
        }
        return error.getInt("code");
    }

    /// The next push with this part, in the order of arrival.
    JsonObject push(String part) {
        return next(message -> message.containsKey("push")
                        && message.getJsonObject("push").containsKey(part))
                .getJsonObject("push");
    }

    /// The first message that fits, taken out; others stay in their order.
    JsonObject next(Predicate<JsonObject> wanted) {
        for (JsonObject message : passed) {
            if (wanted.test(message)) {
                passed.remove(message);
                return message;
            }
        }
        while (true) {
            JsonObject message = arrival();
            if (wanted.test(message)) {
                return message;
            }
            passed.add(message);
        }
    }

    /// What came and was not taken.
    List<JsonObject> others() {
        List<JsonObject> rest = new ArrayList<>();
        arrived.drainTo(rest);
        passed.addAll(rest);
        return passed;
    }

    private JsonObject arrival() {
        try {
            JsonObject message = arrived.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("nothing more came; before that " + passed);
            }
            return message;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The close code; 1006 when the connection was cut.
    int awaitClose() {
        return closed.orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        return received(from, data.toString().getBytes(StandardCharsets.UTF_8), last);
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        return received(from, bytes, last);
    }

    private @Nullable CompletionStage<?> received(WebSocket from, byte[] bytes, boolean last) {
        partial.writeBytes(bytes);
        if (last) {
            byte[] frame = partial.toByteArray();
            partial.reset();
            if (protobuf) {
                arrived.addAll(ProtobufText.replies(frame));
            } else {
                new String(frame, StandardCharsets.UTF_8)
                        .lines()
                        .map(JsonFields::object)
                        .forEach(arrived::add);
            }
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.complete(1006);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
