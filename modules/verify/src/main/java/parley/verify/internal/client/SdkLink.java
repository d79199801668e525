package parley.verify.internal.client;

import io.github.centrifugal.centrifuge.Client;
import io.github.centrifugal.centrifuge.ConnectedEvent;
import io.github.centrifugal.centrifuge.ConnectingEvent;
import io.github.centrifugal.centrifuge.ConnectionTokenEvent;
import io.github.centrifugal.centrifuge.ConnectionTokenGetter;
import io.github.centrifugal.centrifuge.DisconnectedEvent;
import io.github.centrifugal.centrifuge.EventListener;
import io.github.centrifugal.centrifuge.HistoryOptions;
import io.github.centrifugal.centrifuge.HistoryResult;
import io.github.centrifugal.centrifuge.Options;
import io.github.centrifugal.centrifuge.ReplyError;
import io.github.centrifugal.centrifuge.ResultCallback;
import io.github.centrifugal.centrifuge.ServerPublicationEvent;
import io.github.centrifugal.centrifuge.ServerSubscribedEvent;
import io.github.centrifugal.centrifuge.ServerUnsubscribedEvent;
import io.github.centrifugal.centrifuge.StreamPosition;
import io.github.centrifugal.centrifuge.TokenCallback;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// The Java SDK, unchanged: it speaks Protobuf, reconnects and recovers as it does for everybody. It has
/// one address.
public final class SdkLink implements Link {
    private static final int ANSWER_MILLIS_MAX = 5_000;
    private static final int BACK_MILLIS = 1_000;

    private final ReentrantLock lock;
    private final String address;
    private final Listener listener;
    private final Client client;
    private boolean isConnected;

    public SdkLink(ReentrantLock lock, String address, Supplier<String> token, Listener listener) {
        this.lock = lock;
        this.address = address;
        this.listener = listener;
        Options options = new Options();
        options.setName("verify");
        options.setMinReconnectDelay(50);
        options.setMaxReconnectDelay(500);
        options.setTimeout(ANSWER_MILLIS_MAX);
        options.setTokenGetter(new ConnectionTokenGetter() {
            @Override
            public void getConnectionToken(ConnectionTokenEvent event, TokenCallback callback) {
                callback.Done(null, token.get());
            }
        });
        client = new Client(address, options, new Ears());
    }

    /// False where the SDK is not on the class path.
    public static boolean isAvailable() {
        try {
            return Class.forName("io.github.centrifugal.centrifuge.Client") != null
                    && Class.forName("okhttp3.OkHttpClient") != null;
        } catch (ClassNotFoundException none) {
            return false;
        }
    }

    private final class Ears extends EventListener {
        @Override
        public void onConnected(Client source, ConnectedEvent event) {
            locked(() -> {
                isConnected = true;
                listener.connected(address, List.of());
            });
        }

        @Override
        public void onConnecting(Client source, ConnectingEvent event) {
            lost(event.getCode());
        }

        @Override
        public void onDisconnected(Client source, DisconnectedEvent event) {
            lost(event.getCode());
        }

        private void lost(int code) {
            locked(() -> {
                if (isConnected) {
                    isConnected = false;
                    listener.closed(code);
                }
            });
        }

        @Override
        public void onSubscribed(Client source, ServerSubscribedEvent event) {
            if (event.getChannel().startsWith("c:")) {
                StreamPosition at = event.getStreamPosition();
                Sub sub = new Sub(
                        event.getChannel().substring(2),
                        at == null ? 0 : (Long) hidden(at, "getOffset"),
                        at == null ? "" : (String) hidden(at, "getEpoch"),
                        event.wasRecovering(),
                        event.getRecovered());
                locked(() -> listener.subscribed(sub));
            }
        }

        @Override
        public void onUnsubscribed(Client source, ServerUnsubscribedEvent event) {
            if (event.getChannel().startsWith("c:")) {
                locked(() -> listener.unsubscribed(event.getChannel().substring(2), 0));
            }
        }

        @Override
        public void onPublication(Client source, ServerPublicationEvent event) {
            if (event.getChannel().startsWith("c:") && event.getOffset() > 0) {
                Entry entry = new Entry(event.getOffset(), json(event.getData()));
                // While it connects again the SDK hands over what its former connection still brings, behind
                // a hole of what came while it was disconnected.
                locked(() -> {
                    if (isConnected) {
                        listener.received(event.getChannel().substring(2), entry);
                    }
                });
            }
        }
    }

    /// The SDK shows where a subscription begins to its own package only.
    private static Object hidden(StreamPosition at, String name) {
        try {
            Method method = StreamPosition.class.getDeclaredMethod(name);
            method.setAccessible(true);
            return method.invoke(at);
        } catch (ReflectiveOperationException other) {
            throw new IllegalStateException(other);
        }
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String speaks() {
        return "sdk";
    }

    @Override
    public void start() {
        client.connect();
    }

    @Override
    public void rpc(String method, String data, Consumer<Answer> done) {
        client.rpc(method, data.getBytes(StandardCharsets.UTF_8), answering(done, result -> json(result.getData())));
    }

    @Override
    public void history(String conv, long from, int limit, boolean reverse, Consumer<Answer> done) {
        HistoryOptions.Builder options =
                new HistoryOptions.Builder().withLimit(limit).withReverse(reverse);
        if (from >= 0) {
            options.withSince(new StreamPosition(from, ""));
        }
        client.history("c:" + conv, options.build(), answering(done, SdkLink::page));
    }

    private static JsonObject page(HistoryResult result) {
        JsonArrayBuilder entries = Json.createArrayBuilder();
        result.getPublications()
                .forEach(one -> entries.add(Json.createObjectBuilder()
                        .add("offset", one.getOffset())
                        .add("data", json(one.getData()))));
        return Json.createObjectBuilder()
                .add("publications", entries)
                .add("offset", result.getOffset())
                .add("epoch", result.getEpoch())
                .build();
    }

    private <T> ResultCallback<T> answering(Consumer<Answer> done, Function<T, JsonObject> read) {
        CompletableFuture<Answer> waiting = new CompletableFuture<>();
        var unused = waiting.completeOnTimeout(new Answer.None("time-out"), ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS)
                .thenAccept(answer -> locked(() -> done.accept(answer)));
        return (fault, result) -> {
            boolean unusedFirst = waiting.complete(
                    fault == null
                            ? new Answer.Ok(read.apply(result))
                            : fault instanceof ReplyError error
                                    ? new Answer.Refused(error.getCode())
                                    : new Answer.None("closed"));
        };
    }

    private static JsonObject json(byte[] data) {
        return Rows.json(new String(data, StandardCharsets.UTF_8));
    }

    @Override
    public void cut() {
        client.disconnect();
        CompletableFuture.delayedExecutor(BACK_MILLIS, TimeUnit.MILLISECONDS).execute(client::connect);
    }

    @Override
    public void stop() {
        try {
            boolean unused = client.close(2_000);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
