package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;

/// Two groups of readers side by side, in which messages are sent in turn: one where everybody reads, and
/// one where 5 % read nothing. Whatever else the machine does meets both alike.
class StalledReadersIT {
    private static final System.Logger LOG = System.getLogger(StalledReadersIT.class.getName());
    private static final int READERS = 40;
    private static final int STALLED = 2;
    private static final String TEXT = "x".repeat(4_000);
    private static final String AT = "\"at\":";
    private static final int FIRST = 3;

    /// Messages of one group in a slice of the time, about half a second.
    private static final int SLICE = 20;

    private record Latency(int slice, long nanos) {}

    @Test
    void stalledReadersCostNobodyElseMuch(@TempDir Path folder) throws IOException {
        // I6: a slow reader costs only itself. The coarse form: nobody who reads waits for who does not.
        compare(folder, 250, 3, 500);
    }

    @Test
    @Tag("faults")
    void stalledReadersChangeTheOthersTailByLessThanAFifth(@TempDir Path folder) throws IOException {
        // I6: 5 % of readers stalled change everybody else's p99 by less than a fifth.
        // Less than 33 s in all: then who took nothing is cut.
        compare(folder, 2_000, 1.2, 0.5);
    }

    /// The tail of those who read is at most `factor` times that of the other group and `slackMillis`; the
    /// stalled ones get everything, in order and once, when they read at last.
    private static void compare(Path folder, int messages, double factor, double slackMillis) throws IOException {
        try (SystemNode node = SystemNode.embedded(folder);
                Group calm = new Group(node, "calm");
                Group mixed = new Group(node, "mixed")) {
            calm.enter(READERS, 0);
            mixed.enter(READERS - STALLED, STALLED);
            long begin = System.nanoTime();
            for (int i = 0; i < messages; i++) {
                // Forty messages a second to each: far from what a node can do.
                LockSupport.parkNanos(Math.max(0, begin + i * 12_500_000L - System.nanoTime()));
                (i % 2 == 0 ? calm : mixed).send();
            }
            calm.awaitAll();
            mixed.awaitAll();
            assertTrue(mixed.stalled.stream().allMatch(List::isEmpty), "somebody who was to be stalled read");
            Await.until("they fell behind", () -> timesBehind(node) >= STALLED);
            double usual = calm.p99();
            double beside = mixed.p99();
            String found = "p99 " + beside + " ms beside stalled readers, " + usual + " ms without";
            LOG.log(System.Logger.Level.INFO, found);
            assertTrue(beside <= usual * factor + slackMillis, found);
            mixed.readOn();
        }
    }

    private static double timesBehind(SystemNode node) {
        return node.admin()
                .get("metrics", node.adminKey())
                .text()
                .lines()
                .filter(line -> line.startsWith("parley_hub_behind_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }

    /// A group of two: who sends, and who reads with many sessions, some of which do not.
    private static final class Group implements AutoCloseable {
        private final SystemNode node;
        private final RawClient sender;
        private final Rest.Person reader;
        private final String conversation;
        private final List<SocketReader> sessions = new ArrayList<>();
        private final List<SocketReader> stopped = new ArrayList<>();
        private final List<List<Long>> stalled = new ArrayList<>();
        private final ConcurrentLinkedQueue<Latency> latencies = new ConcurrentLinkedQueue<>();
        private final List<AtomicLong> reached = new ArrayList<>();
        private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
        private final List<CompletableFuture<JsonObject>> answers = new ArrayList<>();
        private long head;

        Group(SystemNode node, String name) {
            this.node = node;
            this.sender = RawClient.open(node.webSocketAddress(), push -> {});
            Rest.Person author = node.rest().newPerson(name);
            this.reader = node.rest().newPerson(name + ".reader");
            JsonObject unused = sender.connect(author.accessToken());
            this.conversation = sender.call(
                            "conversation.create",
                            "{\"id\":\"1\",\"kind\":\"direct\",\"with\":\"" + reader.id() + "\"}")
                    .getString("conversation");
        }

        void enter(int reading, int stopping) throws IOException {
            for (int i = 0; i < reading; i++) {
                AtomicLong last = new AtomicLong(FIRST - 1);
                reached.add(last);
                sessions.add(new SocketReader(
                                node.webSocketAddress(), reader.accessToken(), (seq, push) -> received(last, seq, push))
                        .read());
            }
            for (int i = 0; i < stopping; i++) {
                List<Long> seqs = new CopyOnWriteArrayList<>();
                stalled.add(seqs);
                stopped.add(
                        new SocketReader(node.webSocketAddress(), reader.accessToken(), (seq, push) -> seqs.add(seq)));
            }
        }

        void send() {
            int number = answers.size();
            answers.add(sender.rpcAsync(
                    "message.send",
                    "{\"conversation\":\"" + conversation + "\",\"id\":\"m" + number + "\",\"body\":{" + AT
                            + System.nanoTime() + ",\"text\":\"" + TEXT + "\"}}"));
        }

        private void received(AtomicLong last, long seq, String push) {
            if (!last.compareAndSet(seq - 1, seq)) {
                faults.add(seq + " after " + last);
            }
            int from = push.indexOf(AT) + AT.length();
            long sentAt = Long.parseLong(push, from, push.indexOf(',', from), 10);
            latencies.add(new Latency((int) (seq - FIRST) / SLICE, System.nanoTime() - sentAt));
        }

        void awaitAll() {
            answers.forEach(CompletableFuture::join);
            // A busy machine may refuse some of them; the last one says how far all goes.
            head = Await.value("the last message is sent", this::last);
            for (AtomicLong last : reached) {
                Await.until(
                        Duration.ofSeconds(60),
                        "who reads has all",
                        () -> last.get() == head
                                || !faults.isEmpty()
                                || !sessions.stream().allMatch(SocketReader::isOpen));
            }
            assertTrue(sessions.stream().allMatch(SocketReader::isOpen), "a session of who reads was ended");
            assertEquals(List.of(), List.copyOf(faults));
        }

        private Optional<Long> last() {
            JsonObject reply = sender.rpc(
                    "message.send",
                    "{\"conversation\":\"" + conversation + "\",\"id\":\"last\",\"body\":{" + AT + System.nanoTime()
                            + ",\"text\":\"\"}}");
            return Optional.ofNullable(reply.getJsonObject("rpc"))
                    .map(rpc -> rpc.getJsonObject("data").getJsonNumber("seq").longValue());
        }

        /// The median of the p99 of all slices of the time but the first, in which the program warms up: a
        /// hiccup of the machine spoils one slice, not the comparison.
        double p99() {
            Map<Integer, List<Long>> slices = latencies.stream()
                    .filter(latency -> latency.slice > 0)
                    .collect(Collectors.groupingBy(
                            Latency::slice, Collectors.mapping(Latency::nanos, Collectors.toList())));
            List<Long> tails = slices.values().stream()
                    .map(slice -> slice.stream().sorted().toList().get(slice.size() * 99 / 100))
                    .sorted()
                    .toList();
            return tails.get(tails.size() / 2) / 1e6;
        }

        void readOn() {
            stopped.forEach(SocketReader::read);
            List<Long> all = LongStream.rangeClosed(FIRST, head).boxed().toList();
            for (List<Long> seqs : stalled) {
                Await.until(Duration.ofSeconds(60), "who stalled has all", () -> seqs.size() >= all.size());
                assertEquals(all, Arrays.asList(seqs.toArray(Long[]::new)));
            }
        }

        @Override
        public void close() throws IOException {
            sender.close();
            for (SocketReader session : sessions) {
                session.close();
            }
            for (SocketReader session : stopped) {
                session.close();
            }
        }
    }
}
