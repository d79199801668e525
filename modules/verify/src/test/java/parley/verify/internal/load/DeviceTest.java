package parley.verify.internal.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.testkit.Await;
import parley.verify.Bounds;
import parley.verify.Checker;
import parley.verify.Event;
import parley.verify.Invariant;
import parley.verify.Journal;
import parley.verify.internal.client.Answer;
import parley.verify.internal.client.Link;

/// What a device writes down of a server that says something about epochs.
final class DeviceTest {
    private static final String CONV = "7";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"raw", "sdk"})
    void aServerThatGoesOnInAnotherEpochIsFound(String speaks) {
        // A position of one epoch means nothing in the next: who is told "recovered" there and gets the next number
        // misses everything before it.
        assertTrue(judged(speaks, again("e2", 2, true, 3)).containsKey(Invariant.I6));
    }

    @ParameterizedTest
    @ValueSource(strings = {"raw", "sdk"})
    void aServerThatGoesOnInTheSameEpochIsRight(String speaks) {
        // No false alarm.
        assertFalse(judged(speaks, again("e1", 2, true, 3)).containsKey(Invariant.I6));
    }

    @ParameterizedTest
    @ValueSource(strings = {"raw", "sdk"})
    void aServerThatBeginsAnewInAnotherEpochIsRight(String speaks) {
        // No false alarm: not recovered, the end of the new log, and pushes from there.
        assertFalse(judged(speaks, again("e2", 1, false, 2).andThen(none -> awaitFill()))
                .containsKey(Invariant.I6));
    }

    @Test
    void whatADeviceHoldsEndsWithItsEpoch() {
        // It presents positions of the epoch that it names, and of no other.
        try (Journal journal = Journal.create(folder.resolve("history.jsonl"))) {
            Device device = new Device("d1", "1", journal, new ReentrantLock(), none -> new Silent("raw"));
            device.start();
            first(device);
            device.save();
            device.closed(3001);
            assertEquals(Map.of(CONV, new Link.Position(2, "e1")), device.positions());
            again("e2", 0, false, 1).accept(device);
            device.closed(1006);
            assertEquals(Map.of(CONV, new Link.Position(1, "e2")), device.positions());
            device.crash();
            assertEquals(Map.of(), device.positions());
        }
    }

    private static void first(Device device) {
        Map<String, Link.Position> unused = device.positions();
        device.connected("here", List.of(new Link.Sub(CONV, 0, "e1", false, false)));
        device.received(CONV, entry(1));
        device.received(CONV, entry(2));
    }

    private static Consumer<Device> again(String epoch, long offset, boolean isRecovered, long next) {
        return device -> {
            Map<String, Link.Position> unused = device.positions();
            device.connected("here", List.of(new Link.Sub(CONV, offset, epoch, true, isRecovered)));
            device.received(CONV, entry(next));
        };
    }

    private Map<Invariant, Integer> judged(String speaks, Consumer<Device> second) {
        Path record = folder.resolve("history.jsonl");
        try (Journal journal = Journal.create(record)) {
            Device device = new Device("d1", "1", journal, new ReentrantLock(), none -> new Silent(speaks));
            device.start();
            first(device);
            device.closed(3001);
            second.accept(device);
        }
        Checker checker = new Checker(new Bounds(0, 0, Duration.ofMinutes(1)));
        List<Event> events = new ArrayList<>();
        Journal.read(record, events::add);
        events.forEach(checker::accept);
        return checker.verdict().broken();
    }

    /// What lies before the pushes is asked for on a thread of its own.
    private void awaitFill() {
        Await.until(
                "it has asked for what it misses",
                () -> Files.readString(folder.resolve("history.jsonl")).contains("histfailed"));
    }

    private static Link.Entry entry(long seq) {
        return new Link.Entry(
                seq,
                Json.createObjectBuilder()
                        .add("seq", seq)
                        .add("kind", "message")
                        .add("author", "1")
                        .add("id", "m" + seq)
                        .build());
    }

    /// Answers nothing but that there is no page.
    private record Silent(String speaks) implements Link {
        @Override
        public void start() {}

        @Override
        public void rpc(String method, String data, Consumer<Answer> done) {}

        @Override
        public void history(String conv, long from, int limit, boolean reverse, Consumer<Answer> done) {
            done.accept(new Answer.None("closed"));
        }

        @Override
        public void cut() {}

        @Override
        public void stop() {}
    }
}
