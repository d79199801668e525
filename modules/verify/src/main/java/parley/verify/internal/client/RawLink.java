package parley.verify.internal.client;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A client of the JSON protocol that shares no code with the server and none with an SDK, so that
/// neither can hide a repeat or a gap. Goes round its addresses when it has to connect again. Everything
/// happens under the device's lock.
public final class RawLink implements Link {
    private static final long ANSWER_SECONDS_MAX = 5;
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long PAUSE_MILLIS_MAX = 500;

    private final ReentrantLock lock;
    private final List<String> addresses;
    private final Supplier<String> token;
    private final Listener listener;
    private final Map<Integer, CompletableFuture<Answer>> open = new HashMap<>();
    private @Nullable RawSocket socket;
    private boolean isConnected;
    private boolean isStopped;
    private int ids;
    private int turn;
    private long pauseMillis = FIRST_PAUSE_MILLIS;

    /// `first` is the index of the address to begin with.
    public RawLink(ReentrantLock lock, List<String> addresses, int first, Supplier<String> token, Listener listener) {
        this.lock = lock;
        this.addresses = List.copyOf(addresses);
        this.turn = first;
        this.token = token;
        this.listener = listener;
    }

    @Override
    public String speaks() {
        return "raw";
    }

    @Override
    public void start() {
        Thread unused = Thread.ofVirtual().name("raw-connect").start(this::connect);
    }

    private void connect() {
        String access;
        try {
            access = token.get();
        } catch (RuntimeException none) {
            // Nobody gives one now: a node is away, or has enough of us.
            locked(this::again);
            return;
        }
        lock.lock();
        try {
            if (isStopped || socket != null) {
                return;
            }
            String address = addresses.get(Math.floorMod(turn, addresses.size()));
            Wire wire = new Wire();
            RawSocket opened = RawSocket.open(address, wire::received, wire::ended);
            wire.socket = opened;
            socket = opened;
            JsonObjectBuilder subs = Json.createObjectBuilder();
            listener.positions()
                    .forEach((conv, at) -> subs.add(
                            "c:" + conv,
                            Json.createObjectBuilder()
                                    .add("recover", true)
                                    .add("offset", at.offset())
                                    .add("epoch", at.epoch())));
            JsonObject connect = Json.createObjectBuilder()
                    .add("token", access)
                    .add("name", "verify")
                    .add("subs", subs)
                    .build();
            command("connect", connect, answer -> {
                if (answer instanceof Answer.Ok(JsonObject reply)) {
                    connected(address, reply);
                } else {
                    opened.abort();
                }
            });
        } finally {
            lock.unlock();
        }
    }

    private void connected(String address, JsonObject reply) {
        isConnected = true;
        pauseMillis = FIRST_PAUSE_MILLIS;
        List<Sub> subs = new ArrayList<>();
        JsonObject channels = reply.containsKey("subs") ? reply.getJsonObject("subs") : JsonValue.EMPTY_JSON_OBJECT;
        channels.forEach((channel, sub) -> {
            if (channel.startsWith("c:")) {
                subs.add(sub(channel, sub.asJsonObject()));
            }
        });
        listener.connected(address, subs);
        channels.forEach((channel, sub) -> {
            if (sub.asJsonObject().get("publications") instanceof JsonArray entries) {
                entries.getValuesAs(JsonObject.class).forEach(entry -> publication(channel, entry));
            }
        });
    }

    private static Sub sub(String channel, JsonObject sub) {
        return new Sub(
                channel.substring(2),
                number(sub, "offset"),
                sub.getString("epoch", ""),
                sub.getBoolean("was_recovering", false),
                sub.getBoolean("recovered", false));
    }

    private static long number(JsonObject object, String name) {
        return object.containsKey(name) ? object.getJsonNumber(name).longValue() : 0;
    }

    private void publication(String channel, JsonObject publication) {
        if (channel.startsWith("c:") && number(publication, "offset") > 0) {
            listener.received(
                    channel.substring(2), new Entry(number(publication, "offset"), publication.getJsonObject("data")));
        }
    }

    /// One connection; what comes of an earlier one is not listened to.
    private final class Wire {
        @Nullable
        RawSocket socket;

        void received(JsonObject message) {
            lock.lock();
            try {
                if (socket == RawLink.this.socket) {
                    if (message.containsKey("push")) {
                        push(message.getJsonObject("push"));
                    } else {
                        reply(message);
                    }
                }
            } finally {
                lock.unlock();
            }
        }

        void ended(int code) {
            lock.lock();
            try {
                if (socket == RawLink.this.socket) {
                    RawLink.this.ended(code);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private void push(JsonObject push) {
        String channel = push.getString("channel", "");
        if (push.containsKey("pub")) {
            publication(channel, push.getJsonObject("pub"));
        } else if (push.containsKey("subscribe") && channel.startsWith("c:")) {
            listener.subscribed(sub(channel, push.getJsonObject("subscribe")));
        } else if (push.containsKey("unsubscribe") && channel.startsWith("c:")) {
            listener.unsubscribed(channel.substring(2), (int) number(push.getJsonObject("unsubscribe"), "code"));
        }
    }

    private void reply(JsonObject message) {
        CompletableFuture<Answer> waiting = open.remove(message.getInt("id"));
        if (waiting == null) {
            return;
        }
        JsonObject result = JsonValue.EMPTY_JSON_OBJECT;
        for (JsonValue part : message.values()) {
            result = part instanceof JsonObject object ? object : result;
        }
        boolean unused = waiting.complete(
                message.containsKey("error") ? new Answer.Refused(result.getInt("code")) : new Answer.Ok(result));
    }

    private void ended(int code) {
        socket = null;
        List<CompletableFuture<Answer>> left = List.copyOf(open.values());
        open.clear();
        if (isConnected) {
            isConnected = false;
            listener.closed(code);
        }
        left.forEach(waiting -> {
            boolean unused = waiting.complete(new Answer.None("closed"));
        });
        turn++;
        again();
    }

    private void again() {
        if (!isStopped) {
            CompletableFuture.delayedExecutor(pauseMillis, TimeUnit.MILLISECONDS)
                    .execute(this::start);
            pauseMillis = Math.min(pauseMillis * 2, PAUSE_MILLIS_MAX);
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

    private void command(String kind, JsonObject data, Consumer<Answer> done) {
        lock.lock();
        try {
            RawSocket to = socket;
            if (to == null) {
                done.accept(new Answer.None("closed"));
                return;
            }
            int id = ++ids;
            CompletableFuture<Answer> waiting = new CompletableFuture<>();
            open.put(id, waiting);
            var unused = waiting.completeOnTimeout(new Answer.None("time-out"), ANSWER_SECONDS_MAX, TimeUnit.SECONDS)
                    .thenAccept(answer -> answered(to, answer, done));
            to.send(Json.createObjectBuilder()
                    .add("id", id)
                    .add(kind, data)
                    .build()
                    .toString());
        } finally {
            lock.unlock();
        }
    }

    /// A server that does not answer is left for another one, as an app would.
    private void answered(RawSocket by, Answer answer, Consumer<Answer> done) {
        lock.lock();
        try {
            done.accept(answer);
        } finally {
            lock.unlock();
        }
        if (answer instanceof Answer.None(String why) && why.equals("time-out")) {
            by.abort();
        }
    }

    @Override
    public void rpc(String method, String data, Consumer<Answer> done) {
        JsonObject rpc = Json.createObjectBuilder()
                .add("method", method)
                .add("data", Rows.json(data))
                .build();
        command(
                "rpc",
                rpc,
                answer -> done.accept(
                        answer instanceof Answer.Ok(JsonObject result)
                                ? new Answer.Ok(result.getJsonObject("data"))
                                : answer));
    }

    @Override
    public void history(String conv, long from, int limit, boolean reverse, Consumer<Answer> done) {
        JsonObjectBuilder history = Json.createObjectBuilder()
                .add("channel", "c:" + conv)
                .add("limit", limit)
                .add("reverse", reverse);
        if (from >= 0) {
            history.add("since", Json.createObjectBuilder().add("offset", from));
        }
        command("history", history.build(), done);
    }

    @Override
    public void cut() {
        RawSocket now = current();
        if (now != null) {
            now.abort();
        }
    }

    private @Nullable RawSocket current() {
        lock.lock();
        try {
            return socket;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void stop() {
        lock.lock();
        try {
            isStopped = true;
        } finally {
            lock.unlock();
        }
        cut();
    }
}
