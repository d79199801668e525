package parley.sessions.internal.protocol.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.centrifugal.centrifuge.Client;
import io.github.centrifugal.centrifuge.ConnectedEvent;
import io.github.centrifugal.centrifuge.DisconnectedEvent;
import io.github.centrifugal.centrifuge.DuplicateSubscriptionException;
import io.github.centrifugal.centrifuge.EventListener;
import io.github.centrifugal.centrifuge.HistoryOptions;
import io.github.centrifugal.centrifuge.HistoryResult;
import io.github.centrifugal.centrifuge.Options;
import io.github.centrifugal.centrifuge.PublicationEvent;
import io.github.centrifugal.centrifuge.PublishResult;
import io.github.centrifugal.centrifuge.RPCResult;
import io.github.centrifugal.centrifuge.ServerPublicationEvent;
import io.github.centrifugal.centrifuge.Subscription;
import io.github.centrifugal.centrifuge.SubscriptionEventListener;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import parley.sessions.internal.protocol.Disconnects;
import parley.sessions.internal.protocol.engine.ProtocolLimits;
import parley.sessions.internal.protocol.message.Payload;
import parley.testkit.Await;

/// The Java SDK, unchanged, over a real socket: it speaks Protobuf, and only pings keep it connected.
class JavaSdkIT {
    /// How long the SDK waits for a ping that is late, and the server for its answer.
    private static final int PONG_MILLIS = 3_900;

    private static final int PING_SECONDS = 4;
    private static final ProtocolServer SERVER = server();

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<Long> offsets = new CopyOnWriteArrayList<>();

    private static ProtocolServer server() {
        ProtocolLimits usual = ProtocolLimits.DEFAULT;
        ProtocolLimits.Times times = new ProtocolLimits.Times(10_000, 3_500, PING_SECONDS, PONG_MILLIS, 3_000, 5_000);
        return new ProtocolServer(
                0,
                MemoryBackend.endless(),
                new ProtocolLimits(times, usual.commands(), usual.outgoing(), usual.channels()));
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void theJavaSdkFindsAllAsItExpects() throws Exception {
        // P8, P14, P21, P23, P28: calls, publications in order, history, recovery after a cut.
        Client client = connected(TestTokens.of("17"));
        try {
            Subscription room = subscribed(client, "java-room");
            assertEquals("{\"a\":\"é\"}", rpc(client, "echo", "{\"a\":\"é\"}"));
            for (int i = 0; i < 5; i++) {
                CompletableFuture<PublishResult> published = new CompletableFuture<>();
                room.publish(bytes("{\"i\":" + i + "}"), (fault, result) -> complete(published, fault, result));
                assertTrue(published.get(5, TimeUnit.SECONDS) != null);
            }
            Await.until("five publications", () -> offsets.size() == 5);
            assertEquals(List.of(4L, 3L), history(room));
            drop("17", "java-room");
            Await.until("the missed entries", () -> offsets.size() == 8);
            assertEquals(LongStream.rangeClosed(1, 8).boxed().toList(), offsets);
            assertEquals(2, events.stream().filter("connected"::equals).count());
        } finally {
            assertTrue(client.close(5_000));
        }
    }

    @Test
    void aThousandMissedEntriesOfAServerSideSubscriptionComeInOrder() throws Exception {
        // P28, P29: a burst larger than what the transport takes at once arrives whole and in order.
        Client client = connected(TestTokens.of("18"));
        try {
            String filler = "x".repeat(4_000);
            for (int i = 0; i < 1_000; i++) {
                SERVER.backend().channel("#18").publish(Payload.json("\"" + filler + "\""), null);
            }
            Await.until("all publications", () -> offsets.size() == 1_000);
            assertEquals(IntStream.rangeClosed(1, 1_000).mapToObj(i -> (long) i).toList(), offsets);
        } finally {
            assertTrue(client.close(5_000));
        }
    }

    @Test
    void pingsKeepTheJavaSdkConnected() throws Exception {
        // P26. This SDK restarts its timer with pings only, so they come on schedule beside other traffic: without a
        // ping, or an answer to one, the connection would end within eight seconds.
        Client client = connected("");
        try {
            Await.stays(java.time.Duration.ofSeconds(9), "connected once", () -> {
                assertEquals("1", rpc(client, "echo", "1"));
                return events.equals(List.of("connected"));
            });
        } finally {
            assertTrue(client.close(5_000));
        }
    }

    @Test
    void aForgedTokenEndsTheJavaSdk() throws Exception {
        // 3500 is final for an SDK.
        Client client = client(TestTokens.forged());
        client.connect();
        try {
            Await.until("the end", () -> events.contains("disconnected 3500"));
        } finally {
            assertTrue(client.close(5_000));
        }
    }

    /// Cuts a person off, who connects again, and publishes three entries meanwhile.
    private static void drop(String user, String channel) {
        SERVER.backend().sessionsOf(user, "").forEach(each -> each.outbound().disconnect(Disconnects.FORCE_RECONNECT));
        for (int i = 1; i <= 3; i++) {
            SERVER.backend().channel(channel).publish(Payload.json("{\"missed\":" + i + "}"), null);
        }
    }

    private Client connected(String token) {
        Client client = client(token);
        client.connect();
        Await.until("connected", () -> events.contains("connected"));
        return client;
    }

    private Client client(String token) {
        Options options = new Options();
        options.setToken(token);
        options.setMinReconnectDelay(50);
        options.setMaxReconnectDelay(200);
        options.setMaxServerPingDelay(PONG_MILLIS);
        return new Client(SERVER.address(), options, new EventListener() {
            @Override
            public void onConnected(Client source, ConnectedEvent event) {
                events.add("connected");
            }

            @Override
            public void onDisconnected(Client source, DisconnectedEvent event) {
                events.add("disconnected " + event.getCode());
            }

            @Override
            public void onPublication(Client source, ServerPublicationEvent event) {
                offsets.add(event.getOffset());
            }
        });
    }

    private Subscription subscribed(Client client, String channel) throws DuplicateSubscriptionException {
        Subscription subscription = client.newSubscription(channel, new SubscriptionEventListener() {
            @Override
            public void onPublication(Subscription source, PublicationEvent event) {
                offsets.add(event.getOffset());
            }
        });
        subscription.subscribe();
        return subscription;
    }

    private static List<Long> history(Subscription room)
            throws ExecutionException, InterruptedException, TimeoutException {
        CompletableFuture<HistoryResult> page = new CompletableFuture<>();
        HistoryOptions options = new HistoryOptions.Builder()
                .withLimit(2)
                .withReverse(true)
                .withSince(new io.github.centrifugal.centrifuge.StreamPosition(5, ""))
                .build();
        room.history(options, (fault, result) -> complete(page, fault, result));
        return page.get(5, TimeUnit.SECONDS).getPublications().stream()
                .map(publication -> publication.getOffset())
                .toList();
    }

    private static String rpc(Client client, String method, String data)
            throws ExecutionException, InterruptedException, TimeoutException {
        CompletableFuture<RPCResult> answer = new CompletableFuture<>();
        client.rpc(method, bytes(data), (fault, result) -> complete(answer, fault, result));
        return new String(answer.get(5, TimeUnit.SECONDS).getData(), StandardCharsets.UTF_8);
    }

    private static <T> void complete(CompletableFuture<T> future, Throwable fault, T result) {
        boolean unused = fault == null ? future.complete(result) : future.completeExceptionally(fault);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
