package parley.app.system;

import io.github.centrifugal.centrifuge.Client;
import io.github.centrifugal.centrifuge.ConnectedEvent;
import io.github.centrifugal.centrifuge.ConnectionTokenEvent;
import io.github.centrifugal.centrifuge.ConnectionTokenGetter;
import io.github.centrifugal.centrifuge.DisconnectedEvent;
import io.github.centrifugal.centrifuge.DuplicateSubscriptionException;
import io.github.centrifugal.centrifuge.EventListener;
import io.github.centrifugal.centrifuge.HistoryOptions;
import io.github.centrifugal.centrifuge.HistoryResult;
import io.github.centrifugal.centrifuge.Options;
import io.github.centrifugal.centrifuge.PublicationEvent;
import io.github.centrifugal.centrifuge.RPCResult;
import io.github.centrifugal.centrifuge.ReplyError;
import io.github.centrifugal.centrifuge.ResultCallback;
import io.github.centrifugal.centrifuge.ServerPublicationEvent;
import io.github.centrifugal.centrifuge.ServerSubscribedEvent;
import io.github.centrifugal.centrifuge.StreamPosition;
import io.github.centrifugal.centrifuge.SubscribedEvent;
import io.github.centrifugal.centrifuge.Subscription;
import io.github.centrifugal.centrifuge.SubscriptionErrorEvent;
import io.github.centrifugal.centrifuge.SubscriptionEventListener;
import io.github.centrifugal.centrifuge.SubscriptionSubscribeError;
import io.github.centrifugal.centrifuge.TokenCallback;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.testkit.Await;

/// Somebody who uses the Java SDK, unchanged (it speaks Protobuf), and all that the SDK tells them.
/// Thread-safe.
final class SdkPerson implements AutoCloseable {
    private static final int ANSWER_SECONDS_MAX = 10;

    private final Map<String, List<JsonObject>> entries = new ConcurrentHashMap<>();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final AtomicInteger connects = new AtomicInteger();
    private final Client client;

    /// Connects to `address` with `token`; `fresh` gives a new one when that is over, `data` goes with
    /// the connect command.
    SdkPerson(String address, String token, @Nullable Supplier<String> fresh, @Nullable String data) {
        Options options = new Options();
        options.setToken(token);
        options.setMinReconnectDelay(50);
        options.setMaxReconnectDelay(300);
        options.setTimeout(ANSWER_SECONDS_MAX * 1_000);
        if (data != null) {
            options.setData(bytes(data));
        }
        if (fresh != null) {
            options.setTokenGetter(new ConnectionTokenGetter() {
                @Override
                public void getConnectionToken(ConnectionTokenEvent event, TokenCallback callback) {
                    events.add("asked for a token");
                    callback.Done(null, fresh.get());
                }
            });
        }
        client = new Client(address, options, new Listener());
        client.connect();
    }

    /// Connected, with the subscriptions that the server makes.
    static SdkPerson connected(String address, String token) {
        SdkPerson person = new SdkPerson(address, token, null, null);
        person.awaitEvent("connected");
        return person;
    }

    private final class Listener extends EventListener {
        @Override
        public void onConnected(Client source, ConnectedEvent event) {
            connects.incrementAndGet();
            events.add("connected");
        }

        @Override
        public void onDisconnected(Client source, DisconnectedEvent event) {
            events.add("disconnected " + event.getCode());
        }

        @Override
        public void onSubscribed(Client source, ServerSubscribedEvent event) {
            events.add("subscribed " + event.getChannel() + recovery(event.wasRecovering(), event.getRecovered()));
        }

        @Override
        public void onPublication(Client source, ServerPublicationEvent event) {
            arrived(event.getChannel(), event.getOffset(), event.getData());
        }
    }

    private static String recovery(boolean wasRecovering, boolean recovered) {
        return wasRecovering ? recovered ? " recovered" : " not recovered" : "";
    }

    private void arrived(String channel, long offset, byte[] data) {
        if (offset > 0) {
            JsonObject entry = json(data);
            if (entry.getJsonNumber("seq").longValue() != offset) {
                events.add("offset " + offset + " of " + entry);
            }
            entries.computeIfAbsent(channel, unused -> new CopyOnWriteArrayList<>())
                    .add(entry);
        }
    }

    /// Subscribes by itself, as clients do in the mode `client`.
    Subscription subscribe(String channel) {
        SubscriptionEventListener listener = new SubscriptionEventListener() {
            @Override
            public void onSubscribed(Subscription source, SubscribedEvent event) {
                events.add("subscribed " + channel + recovery(event.wasRecovering(), event.getRecovered()));
            }

            @Override
            public void onPublication(Subscription source, PublicationEvent event) {
                arrived(channel, event.getOffset(), event.getData());
            }

            @Override
            public void onError(Subscription source, SubscriptionErrorEvent event) {
                if (event.getError() instanceof SubscriptionSubscribeError error
                        && error.getError() instanceof ReplyError refusal) {
                    events.add("refused " + channel + " " + refusal.getCode());
                }
            }
        };
        try {
            Subscription subscription = client.newSubscription(channel, listener);
            subscription.subscribe();
            return subscription;
        } catch (DuplicateSubscriptionException twice) {
            throw new IllegalStateException(twice);
        }
    }

    /// The entries of `channel` so far, in order of arrival, repeated ones too.
    List<JsonObject> entries(String channel) {
        return List.copyOf(entries.getOrDefault(channel, List.of()));
    }

    List<Long> seqs(String channel) {
        return entries(channel).stream()
                .map(entry -> entry.getJsonNumber("seq").longValue())
                .toList();
    }

    List<String> events() {
        return events;
    }

    /// How often it was connected so far.
    int connects() {
        return connects.get();
    }

    void awaitEvent(String event) {
        Await.until(event + " of " + events, () -> events.contains(event));
    }

    /// The `data` of an rpc that succeeds.
    JsonObject call(String method, String data) {
        CompletableFuture<RPCResult> answer = new CompletableFuture<>();
        client.rpc(method, bytes(data), callback(answer));
        return json(join(answer).getData());
    }

    /// The code of the error with which an rpc is answered; 0 for none.
    int refusal(String method, String data) {
        CompletableFuture<RPCResult> answer = new CompletableFuture<>();
        client.rpc(method, bytes(data), callback(answer));
        try {
            RPCResult unused = answer.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
            return 0;
        } catch (ExecutionException refused) {
            return refused.getCause() instanceof ReplyError error ? error.getCode() : -1;
        } catch (InterruptedException | TimeoutException none) {
            throw new AssertionError("no answer to " + method, none);
        }
    }

    /// The offsets of a page of history.
    List<Long> history(String channel, long since, int limit, boolean reverse) {
        HistoryOptions.Builder options =
                new HistoryOptions.Builder().withLimit(limit).withReverse(reverse);
        if (since >= 0) {
            options.withSince(new StreamPosition(since, ""));
        }
        CompletableFuture<HistoryResult> page = new CompletableFuture<>();
        client.history(channel, options.build(), callback(page));
        return join(page).getPublications().stream()
                .map(publication -> publication.getOffset())
                .toList();
    }

    private static <T> ResultCallback<T> callback(CompletableFuture<T> future) {
        return (fault, result) -> {
            boolean unused = fault == null ? future.complete(result) : future.completeExceptionally(fault);
        };
    }

    private static <T> T join(CompletableFuture<T> future) {
        return future.orTimeout(ANSWER_SECONDS_MAX, TimeUnit.SECONDS).join();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static JsonObject json(byte[] data) {
        try (JsonReader reader = Json.createReader(new ByteArrayInputStream(data))) {
            return reader.readObject();
        }
    }

    @Override
    public void close() {
        try {
            boolean unused = client.close(5_000);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
