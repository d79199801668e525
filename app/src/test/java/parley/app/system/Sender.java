package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import parley.testkit.Await;

/// One person's connection that sends without waiting for answers, up to a window, and notes in a
/// [SendRecord] what it was told. A temporary error is answered by the same message again, after a pause,
/// until it has its number. Thread-safe.
final class Sender implements AutoCloseable {
    private static final Set<Integer> TEMPORARY = Set.of(100, 111, 1005);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final AtomicInteger RUNS = new AtomicInteger();

    private final Rest.Person person;
    private final SendRecord record;
    private final RawClient client;
    private final int window;
    private final Semaphore free;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private @Nullable Thread flow;

    private Sender(String address, Rest.Person person, SendRecord record, int window) {
        this.person = person;
        this.record = record;
        this.window = window;
        this.free = new Semaphore(window);
        this.client = RawClient.open(address, push -> {});
    }

    /// A session of `person` that has at most `window` unanswered messages.
    static Sender connect(String address, Rest.Person person, SendRecord record, int window) {
        Sender sender = new Sender(address, person, record, window);
        JsonObject unused = sender.client.connect(person.accessToken());
        return sender;
    }

    /// Begins to send into all `conversations` in turn, until [#stop] or the end of the connection.
    Sender flow(List<String> conversations) {
        String prefix = person.handle() + "-" + RUNS.incrementAndGet() + "-";
        flow = Thread.ofVirtual().name("sender-" + person.handle()).start(() -> {
            for (int i = 0; !stopped.get(); i++) {
                send(new Send(conversations.get(i % conversations.size()), person, prefix + i));
            }
        });
        return this;
    }

    /// Sends each of them, whatever they were answered before.
    void repeat(Collection<Send> sends) {
        sends.forEach(this::send);
    }

    /// Blocks while the window is full.
    void send(Send send) {
        free.acquireUninterruptibly();
        if (stopped.get()) {
            free.release();
            return;
        }
        record.begun(send);
        ask(send);
    }

    private void ask(Send send) {
        long began = System.nanoTime();
        try {
            var unused = client.rpcAsync("message.send", send.data())
                    .whenComplete((reply, lost) -> answered(send, reply, System.nanoTime() - began));
        } catch (CompletionException lost) {
            lost();
        }
    }

    /// `reply` is null when the connection ended first.
    private void answered(Send send, @Nullable JsonObject reply, long nanos) {
        if (reply == null) {
            lost();
        } else if (reply.containsKey("rpc")) {
            JsonObject data = reply.getJsonObject("rpc").getJsonObject("data");
            record.told(send, data.getJsonNumber("seq").longValue(), nanos);
            free.release();
        } else {
            JsonObject error = reply.getJsonObject("error");
            refused(send, error.getInt("code"), error.getBoolean("temporary", false), nanos);
        }
    }

    private void refused(Send send, int code, boolean isTemporary, long nanos) {
        if (isTemporary && TEMPORARY.contains(code)) {
            record.refused(code, nanos);
            Thread unused = Thread.startVirtualThread(() -> {
                Await.stays(PAUSE, "a pause", () -> true);
                ask(send);
            });
        } else {
            record.broken(send + " was answered the error " + code + (isTemporary ? ", temporary" : ""));
            free.release();
        }
    }

    /// Nothing more can be sent here; what is open stays open.
    private void lost() {
        stopped.set(true);
        free.release();
    }

    boolean isOpen() {
        return client.isOpen();
    }

    /// Sends nothing new and waits until all that was sent is answered for good.
    void stop() {
        stopped.set(true);
        awaitAnswers();
    }

    /// Waits until all that was sent is answered for good, or lost with the connection.
    void awaitAnswers() {
        Await.until(Duration.ofSeconds(20), "every send of " + person.handle() + " is answered", () -> {
            Thread running = flow;
            boolean isDone = (running == null || !stopped.get() || running.join(Duration.ofMillis(1)))
                    && free.availablePermits() == window;
            return isDone;
        });
    }

    /// Fails unless the connection that was opened first is still the one.
    void assertOpen() {
        assertTrue(isOpen(), "the connection of " + person.handle() + " was closed");
    }

    @Override
    public void close() {
        stopped.set(true);
        client.close();
    }
}
