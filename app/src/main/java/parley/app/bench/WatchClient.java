package parley.app.bench;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One person who writes into the conversation every tenth of a second, one message after another, comes
/// back as the SDKs do when the connection ends, with the position it has, and notes how long it had to
/// wait. A message without an answer is sent again under its id. One thread runs it, any may end it.
final class WatchClient {
    private static final Duration PACE = Duration.ofMillis(100);
    private static final Duration RETRY = Duration.ofMillis(50);
    private static final Duration QUIET_PACE = Duration.ofMillis(500);
    private static final int EXPIRED = 109;

    /// The SDKs' defaults.
    private static final int BACK_OFF_MILLIS = 500;

    private static final int BACK_OFF_MILLIS_MAX = 20_000;

    /// Opens a connection, whose pushes go to `onPush`, one at a time; a [CompletionException] when nobody
    /// takes it.
    @FunctionalInterface
    interface Door {
        WatchLink open(Consumer<JsonObject> onPush);
    }

    private final Door door;
    private final WatchTokens tokens;
    private final WatchTime time;
    private final String name;
    private final String conversation;
    private final WatchRecord record;

    private volatile boolean isEnded;
    private volatile @Nullable WatchLink link;

    WatchClient(Door door, WatchTokens tokens, WatchTime time, String name, String conversation) {
        this.door = door;
        this.tokens = tokens;
        this.time = time;
        this.name = name;
        this.conversation = conversation;
        this.record = new WatchRecord(name, time.nanos());
    }

    /// What it saw, also while it runs.
    WatchRecord record() {
        return record;
    }

    /// Ends [#run], soon.
    void end() {
        isEnded = true;
        WatchLink open = link;
        if (open != null) {
            open.close();
        }
    }

    /// Blocks until [#end], or until the server says that it must not come back.
    void run() {
        int attempt = 0;
        long number = 0;
        while (!isEnded) {
            // What waits for a way in waits from here on.
            boolean unused = record.asks(time.nanos());
            WatchLink open = null;
            try {
                WatchTokens.Pass pass = tokens.pass();
                record.connecting();
                open = door.open(this::pushed);
                link = open;
                connect(open, pass);
                attempt = 0;
                while (!isEnded && open.isOpen()) {
                    number = step(open, number);
                    pass = renewed(open, pass);
                }
            } catch (CompletionException | IllegalStateException lost) {
                // Whoever was connected comes back below.
            } finally {
                if (open != null) {
                    isEnded |= isForGood(open);
                    open.close();
                }
            }
            record.away(!isEnded);
            if (!isEnded) {
                rest(backOff(attempt++));
            }
        }
    }

    /// Told to go and not to come back.
    private boolean isForGood(WatchLink ended) {
        int code = ended.closeCode();
        boolean isForGood = (code >= 3500 && code < 4000) || (code >= 4500 && code < 5000);
        if (isForGood && !isEnded) {
            record.fault("was closed with " + code + ", after which nobody comes back");
        }
        return isForGood;
    }

    /// Sends the next message, or sees that the server is there when there is none; the number of the next.
    private long step(WatchLink open, long number) {
        if (!record.asks(time.nanos())) {
            JsonObject unused = open.ask("\"history\":{\"channel\":\"c:" + conversation + "\",\"limit\":0}");
            rest(QUIET_PACE);
            return number;
        }
        long seq = seq(open, number);
        if (seq < 0) {
            rest(RETRY);
            return number;
        }
        rest(PACE.minusNanos(record.answered(seq, time.nanos())));
        return number + 1;
    }

    private static Duration backOff(int attempt) {
        long most = Math.min(BACK_OFF_MILLIS_MAX, (long) BACK_OFF_MILLIS << Math.min(attempt, 10));
        long millis = BACK_OFF_MILLIS + ThreadLocalRandom.current().nextLong(most + 1);
        return Duration.ofMillis(Math.min(BACK_OFF_MILLIS_MAX, millis));
    }

    private void rest(Duration length) {
        if (length.isPositive()) {
            time.rest(length);
        }
    }

    /// That of the message; -1: it is to be sent again.
    private long seq(WatchLink open, long number) {
        String id = name + "-" + number;
        JsonObject reply = open.ask("\"rpc\":{\"method\":\"message.send\",\"data\":{\"conversation\":\"" + conversation
                + "\",\"id\":\"" + id + "\",\"body\":{\"text\":\"" + id + "\"}}}");
        if (reply.containsKey("rpc")) {
            return reply.getJsonObject("rpc")
                    .getJsonObject("data")
                    .getJsonNumber("seq")
                    .longValue();
        }
        if (!reply.getJsonObject("error").getBoolean("temporary", false)) {
            record.fault("a message was answered " + reply);
        }
        return -1;
    }

    /// The session goes on with a younger token; one of another device needs another session.
    private WatchTokens.Pass renewed(WatchLink open, WatchTokens.Pass pass) {
        WatchTokens.Pass now = tokens.pass();
        if (!now.device().equals(pass.device())) {
            open.close();
        } else if (!now.equals(pass)) {
            JsonObject unused = open.ask("\"refresh\":{\"token\":\"" + now.token() + "\"}");
        }
        return now;
    }

    private void connect(WatchLink open, WatchTokens.Pass pass) {
        JsonObject reply = open.ask("\"connect\":{\"token\":\"" + pass.token() + "\",\"subs\":{" + positions() + "}}");
        if (!reply.containsKey("connect")) {
            refused(pass, reply.getJsonObject("error"));
            throw new IllegalStateException("not now");
        }
        JsonObject subs = reply.getJsonObject("connect").getJsonObject("subs");
        JsonObject subscription = subs == null ? null : subs.getJsonObject("c:" + conversation);
        if (subscription == null) {
            record.fault("a connect reply did not name the conversation");
            throw new IllegalStateException("no member");
        }
        connected(subscription);
    }

    private void refused(WatchTokens.Pass pass, JsonObject error) {
        if (error.getInt("code", 0) == EXPIRED) {
            tokens.refused(pass);
        } else if (!error.getBoolean("temporary", false)) {
            record.fault("a connect was answered " + error);
        }
    }

    private String positions() {
        String epoch = record.epoch();
        return epoch.isEmpty()
                ? ""
                : "\"c:" + conversation + "\":{\"recover\":true,\"offset\":" + record.position() + ",\"epoch\":\""
                        + epoch + "\"}";
    }

    private void connected(JsonObject subscription) {
        List<Long> missed = subscription.containsKey("publications")
                ? subscription.getJsonArray("publications").getValuesAs(JsonObject.class).stream()
                        .map(WatchClient::offset)
                        .toList()
                : List.of();
        record.connected(
                subscription.getString("epoch", ""),
                subscription.containsKey("offset") ? offset(subscription) : 0,
                subscription.getBoolean("recovered", false),
                missed,
                time.nanos());
    }

    private static long offset(JsonObject entry) {
        return entry.getJsonNumber("offset").longValue();
    }

    private void pushed(JsonObject push) {
        JsonValue publication = push.get("pub");
        if (push.getString("channel", "").equals("c:" + conversation) && publication != null) {
            JsonObject entry = publication.asJsonObject();
            if (entry.containsKey("offset")) {
                record.delivered(offset(entry), time.nanos());
            }
        }
    }
}
