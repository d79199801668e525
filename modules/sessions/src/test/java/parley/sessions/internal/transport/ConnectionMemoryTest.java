package parley.sessions.internal.transport;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.common.buffers.DataReader;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import parley.sessions.internal.protocol.Accepted;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.BackendSession;
import parley.sessions.internal.protocol.Lifetime;
import parley.sessions.internal.protocol.engine.Engine;
import parley.sessions.internal.protocol.engine.EngineObserver;
import parley.sessions.internal.protocol.engine.ProtocolLimits;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Result;

final class ConnectionMemoryTest {

    private static final int CONNECTIONS = 8;
    private static final int COMMANDS = 50;
    private static final int PAYLOAD_BYTES = 200 * 1024;
    /// 2 MiB of open commands, twice 256 KiB of an unfinished message, 256 KiB of what waits to be sent, and
    /// some for the rest.
    private static final long KEPT_BYTES_MAX = 3L << 20;

    /// A back end that lets everybody in and answers no rpc.
    private static final class Silent implements BackendSession {
        @Override
        public void rpc(Request.Rpc request, Answer<Result.RpcAnswered> answer) {
            // The client waits.
        }
    }

    // T24, P17: a client that sends 10 MB of commands and an unfinished message while nothing is answered costs
    // the node 3 MiB at most, not what it sent.
    @Test
    void whatAClientSendsIsNotWhatItCosts() throws InterruptedException {
        Engine engine = new Engine(new Engine.EngineParts(
                (_, _, _, answer) -> {
                    boolean unused = answer.give(new Accepted(new Silent(), Lifetime.UNLIMITED, null, Map.of()));
                },
                ProtocolLimits.DEFAULT,
                "test",
                Runnable::run,
                () -> 1_000_000,
                new Random(1),
                EngineObserver.NONE));
        CountDownLatch sent = new CountDownLatch(CONNECTIONS);
        CountDownLatch over = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        long before = used();
        try (Watchdog watchdog = new Watchdog()) {
            for (int n = 0; n < CONNECTIONS; n++) {
                threads.add(Thread.ofVirtual().start(() -> run(engine, watchdog, new Flood(sent, over))));
            }
            assertTrue(sent.await(120, TimeUnit.SECONDS));
            long each = (used() - before) / CONNECTIONS;
            assertTrue(each < KEPT_BYTES_MAX, each + " bytes are kept for each connection");
            over.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private static void run(Engine engine, Watchdog watchdog, Flood flood) {
        Handshake handshake = new Handshake(InetAddress.getLoopbackAddress(), Encoding.JSON, false);
        FuzzSocket socket = new FuzzSocket(flood::next);
        ThreadConnection connection = new ThreadConnection(
                Wire.of(socket, null), handshake, engine.accept(handshake), TransportLimits.DEFAULT, watchdog);
        new ReadLoop(connection, socket).run(DataReader.create(() -> new byte[0]));
        connection.end();
    }

    /// Connect, many large commands, an unfinished message; then nothing until the test is over.
    private static final class Flood {
        private final CountDownLatch sent;
        private final CountDownLatch over;
        private int frames;

        Flood(CountDownLatch sent, CountDownLatch over) {
            this.sent = sent;
            this.over = over;
        }

        byte @Nullable [] next() {
            int frame = frames++;
            if (frame == 0) {
                return RawClient.frame(0x81, "{\"id\":1,\"connect\":{}}");
            }
            if (frame <= COMMANDS) {
                String data = "x".repeat(PAYLOAD_BYTES);
                return RawClient.frame(
                        0x81, "{\"id\":" + (frame + 1) + ",\"rpc\":{\"method\":\"m\",\"data\":\"" + data + "\"}}");
            }
            if (frame == COMMANDS + 1) {
                return RawClient.frame(0x01, new byte[PAYLOAD_BYTES]);
            }
            sent.countDown();
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return null;
        }
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
