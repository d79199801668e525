package parley.verify.internal.client;

import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import parley.verify.Event;

/// One WebSocket connection that carries JSON documents, a line each: what it receives goes to
/// `onMessage` one by one in order, its end to `onEnd` once. Answers pings. Thread-safe.
final class RawSocket implements WebSocket.Listener {
    private static final int JOINED_MAX = 64;
    private static final int SEND_SECONDS_MAX = 10;
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final LinkedBlockingQueue<String> waiting = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private final Consumer<JsonObject> onMessage;
    private final IntConsumer onEnd;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final CompletableFuture<WebSocket> socket;

    private RawSocket(String address, Consumer<JsonObject> onMessage, IntConsumer onEnd) {
        this.onMessage = onMessage;
        this.onEnd = onEnd;
        this.socket = CLIENT.newWebSocketBuilder()
                .connectTimeout(Duration.ofSeconds(2))
                .buildAsync(URI.create(address), this);
    }

    /// Begins to connect; what is sent meanwhile waits.
    static RawSocket open(String address, Consumer<JsonObject> onMessage, IntConsumer onEnd) {
        RawSocket opened = new RawSocket(address, onMessage, onEnd);
        Thread unused = Thread.ofVirtual().name("raw-writer").start(opened::write);
        return opened;
    }

    void send(String document) {
        waiting.add(document);
    }

    /// Ends the TCP connection at once; `onEnd` is told 1006.
    void abort() {
        if (socket.isDone() && !socket.isCompletedExceptionally()) {
            socket.join().abort();
        }
        end(1006);
    }

    private void write() {
        try {
            WebSocket open = socket.orTimeout(3, TimeUnit.SECONDS).join();
            List<String> batch = new ArrayList<>();
            while (!ended.get()) {
                batch.add(waiting.take());
                int unused = waiting.drainTo(batch, JOINED_MAX - 1);
                WebSocket unusedSame = open.sendText(String.join("\n", batch), true)
                        .orTimeout(SEND_SECONDS_MAX, TimeUnit.SECONDS)
                        .join();
                batch.clear();
            }
            open.abort();
        } catch (CompletionException | IllegalStateException lost) {
            abort();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            abort();
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        partial.append(text);
        if (last) {
            String frame = partial.toString();
            partial.setLength(0);
            try {
                frame.lines().forEach(this::received);
            } catch (JsonException | ClassCastException | NullPointerException broken) {
                // Not the protocol: the record shows that this connection ended here.
                from.abort();
                end(Event.Close.BROKEN);
            }
        }
        from.request(1);
        return null;
    }

    private void received(String line) {
        if (line.equals("{}")) {
            send("{}");
        } else {
            onMessage.accept(Rows.json(line));
        }
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        end(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        end(error instanceof ProtocolException ? Event.Close.BROKEN : 1006);
    }

    private void end(int code) {
        if (ended.compareAndSet(false, true)) {
            // Wakes the writer.
            waiting.add("{}");
            onEnd.accept(code);
        }
    }
}
