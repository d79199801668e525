package parley.app.server;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.testkit.Await;

/// A client of the JSON protocol that only connects and looks on.
final class TestSession implements WebSocket.Listener {
    private final List<String> frames = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();

    private TestSession() {}

    static TestSession connect(HttpClient http, String address, String accessToken) {
        TestSession session = new TestSession();
        WebSocket socket = http.newWebSocketBuilder()
                .buildAsync(URI.create(address.replace("http://", "ws://") + "connection/websocket"), session)
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
        socket.sendText("{\"id\":1,\"connect\":{\"token\":\"" + accessToken + "\"}}", true)
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
        Await.until("the reply to connect", () -> session.frames.stream().anyMatch(f -> f.contains("\"connect\"")));
        return session;
    }

    /// The code of the server's close frame; waits for it.
    int closeCode() {
        return closed.orTimeout(10, TimeUnit.SECONDS).join();
    }

    boolean isOpen() {
        return !closed.isDone();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
        partial.append(text);
        if (last) {
            frames.add(partial.toString());
            partial.setLength(0);
        }
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        boolean unused = closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable fault) {
        boolean unused = closed.completeExceptionally(fault);
    }
}
