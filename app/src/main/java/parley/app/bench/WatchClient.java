package parley.app.bench;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One person who writes into the conversation every tenth of a second, one message after another, comes
/// back as the SDKs do when the connection ends, with the position it has, and notes how long it had to
/// wait. A message without an answer is sent again under its id. Thread-safe.
final class WatchClient {
    private static final Duration PACE = Duration.ofMillis(100);
    private static final Duration RETRY = Duration.ofMillis(50);

    /// The SDKs' defaults.
    private static final int BACK_OFF_MILLIS = 500;

    private static final int BACK_OFF_MILLIS_MAX = 20_000;

    private final HttpClient http;
    private final URI address;
    private final String name;
    private final String token;
    private final String conversation;
    private final Thread thread;

    private volatile boolean isStopped;
    private volatile @Nullable WatchSocket socket;

    @GuardedBy("this")
    private final WatchTally tally = new WatchTally();

    /// The last entry that came, and its data set; no data set before the first connect.
    @GuardedBy("this")
    private long position;

    @GuardedBy("this")
    private String epoch = "";

    @GuardedBy("this")
    private long lastDeliveryNanos;

    WatchClient(HttpClient http, URI address, String name, String token, String conversation) {
        this.http = http;
        this.address = address;
        this.name = name;
        this.token = token;
        this.conversation = conversation;
        this.thread = Thread.ofVirtual().name("watch-" + name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Waits for the answer to the last message, some seconds at most; what this client saw.
    WatchTally stop() throws InterruptedException {
        isStopped = true;
        if (!thread.join(Duration.ofSeconds(30))) {
            thread.interrupt();
        }
        WatchSocket open = socket;
        if (open != null) {
            open.close();
        }
        synchronized (this) {
            return tally.copy();
        }
    }

    private void run() {
        int attempt = 0;
        long number = 0;
        long since = System.nanoTime();
        while (!isStopped) {
            try (WatchSocket open = connect()) {
                socket = open;
                attempt = 0;
                while (!isStopped && open.isOpen()) {
                    if (isTaken(open, number)) {
                        sent(System.nanoTime() - since);
                        number++;
                        rest(PACE.minusNanos(System.nanoTime() - since));
                        since = System.nanoTime();
                    } else {
                        rest(RETRY);
                    }
                }
            } catch (CompletionException | IllegalStateException lost) {
                // Whoever was connected comes back below.
            }
            if (!isStopped) {
                reconnecting();
                rest(backOff(attempt++));
            }
        }
    }

    private static Duration backOff(int attempt) {
        long most = Math.min(BACK_OFF_MILLIS_MAX, (long) BACK_OFF_MILLIS << Math.min(attempt, 10));
        long millis = BACK_OFF_MILLIS + ThreadLocalRandom.current().nextLong(most + 1);
        return Duration.ofMillis(Math.min(BACK_OFF_MILLIS_MAX, millis));
    }

    private static void rest(Duration time) {
        if (time.isPositive()) {
            LockSupport.parkNanos(time.toNanos());
        }
    }

    /// True when the message has its number; false: it is to be sent again.
    private boolean isTaken(WatchSocket open, long number) {
        String id = name + "-" + number;
        JsonObject reply = open.ask("\"rpc\":{\"method\":\"message.send\",\"data\":{\"conversation\":\"" + conversation
                + "\",\"id\":\"" + id + "\",\"body\":{\"text\":\"" + id + "\"}}}");
        if (reply.containsKey("rpc")) {
            return true;
        }
        if (!reply.getJsonObject("error").getBoolean("temporary", false)) {
            fault("a message was answered " + reply);
        }
        return false;
    }

    private WatchSocket connect() {
        WatchSocket open = WatchSocket.open(http, address, this::pushed);
        boolean done = false;
        try {
            JsonObject reply = open.ask("\"connect\":{\"token\":\"" + token + "\",\"subs\":{" + positions() + "}}");
            if (!reply.containsKey("connect")) {
                throw new IllegalStateException("not now");
            }
            connected(reply.getJsonObject("connect").getJsonObject("subs").getJsonObject("c:" + conversation));
            done = true;
            return open;
        } finally {
            if (!done) {
                open.close();
            }
        }
    }

    private synchronized String positions() {
        return epoch.isEmpty()
                ? ""
                : "\"c:" + conversation + "\":{\"recover\":true,\"offset\":" + position + ",\"epoch\":\"" + epoch
                        + "\"}";
    }

    private synchronized void connected(@Nullable JsonObject subscription) {
        if (subscription == null) {
            tally.fault("a connect reply did not name the conversation");
        } else if (epoch.isEmpty()) {
            epoch = subscription.getString("epoch");
            position = subscription.getJsonNumber("offset").longValue();
            lastDeliveryNanos = System.nanoTime();
        } else if (!subscription.getBoolean("recovered", false)) {
            tally.fault("what was missed could not be recovered");
        } else if (subscription.containsKey("publications")) {
            subscription
                    .getJsonArray("publications")
                    .getValuesAs(JsonObject.class)
                    .forEach(this::delivered);
        }
    }

    private void pushed(JsonObject push) {
        JsonValue publication = push.get("pub");
        if (push.getString("channel", "").equals("c:" + conversation) && publication != null) {
            JsonObject entry = publication.asJsonObject();
            if (entry.containsKey("offset")) {
                delivered(entry);
            }
        }
    }

    private synchronized void delivered(JsonObject entry) {
        long offset = entry.getJsonNumber("offset").longValue();
        if (offset != position + 1) {
            tally.fault("entry " + offset + " came after " + position);
        }
        long now = System.nanoTime();
        tally.delivered(now - lastDeliveryNanos);
        lastDeliveryNanos = now;
        position = offset;
    }

    private synchronized void sent(long nanos) {
        tally.sent(nanos);
    }

    private synchronized void reconnecting() {
        tally.reconnecting();
    }

    private synchronized void fault(String sentence) {
        tally.fault(sentence);
    }
}
