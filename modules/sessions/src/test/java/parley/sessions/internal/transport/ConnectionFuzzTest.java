package parley.sessions.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.common.buffers.DataReader;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import parley.sessions.internal.protocol.engine.Engine;
import parley.sessions.internal.protocol.engine.EngineObserver;
import parley.sessions.internal.protocol.engine.ProtocolLimits;
import parley.testkit.Seeds;

/// A million random and mutated frames through parser, connection and engine, as they come from a socket:
/// everything but the socket and the back end is the product's.
final class ConnectionFuzzTest {

    private static final int SEEDS = 10;
    private static final int FRAMES_PER_SEED = 100_000;
    private static final int FRAMES_AFTER_THE_END = 3;
    private static final int FRAMES_MAX = 200;
    private static final long SENT_WITHIN_MILLIS = 30_000;
    private static final int INTERNAL_SERVER_ERROR = 3004;
    private static final Set<Ended.Cause> DEFINED =
            EnumSet.of(Ended.Cause.PEER_CLOSED, Ended.Cause.SERVER_CLOSED, Ended.Cause.VIOLATION, Ended.Cause.LOST);

    private final Watchdog watchdog = new Watchdog();

    @AfterEach
    void stop() {
        watchdog.close();
    }

    // T12 to T34, P1 to P32: no exception escapes, nothing is sent behind a close frame, queues stay in their
    // bounds, every connection is told its end once and the back end too, and ends for a reason of the protocol.
    @Test
    void noFramesDoHarm() {
        Seeds.each(SEEDS, seed -> {
            Trial trial = new Trial(new Random(seed));
            while (trial.frames < FRAMES_PER_SEED) {
                trial.connection();
            }
            assertEquals(trial.backend.accepted, trial.backend.ended, "sessions that were told their end");
            assertEquals(0, trial.backend.late, "calls to sessions that had ended");
            assertTrue(trial.replies > trial.frames / 10, "the engine was reached: " + trial.replies + " answers");
        });
    }

    /// All that one seed means.
    private final class Trial {
        final FuzzBackend backend;
        int frames;
        long replies;
        private final Random random;
        private final Engine engine;
        private long now = 1_000_000;

        Trial(Random random) {
            this.random = random;
            this.backend = new FuzzBackend(random);
            this.engine = new Engine(new Engine.EngineParts(
                    backend, ProtocolLimits.DEFAULT, "test", Runnable::run, () -> now, random, EngineObserver.NONE));
        }

        /// One connection from its first frame to its end.
        void connection() {
            Encoding encoding = random.nextBoolean() ? Encoding.JSON : Encoding.PROTOBUF;
            Handshake handshake = new Handshake(InetAddress.getLoopbackAddress(), encoding, random.nextInt(5) == 0);
            FuzzListener listener = new FuzzListener(engine);
            FuzzSocket socket = new FuzzSocket(new Stream(encoding, listener)::next);
            ThreadConnection connection = new ThreadConnection(
                    Wire.of(socket, null),
                    handshake,
                    new AcceptPolicy.Accepted(listener, engine.accept(handshake).attachment()),
                    TransportLimits.DEFAULT,
                    watchdog);
            new ReadLoop(connection, socket).run(DataReader.create(() -> new byte[0]));
            connection.end();
            Ended ended = listener.onlyEnd();
            assertTrue(DEFINED.contains(ended.cause()), ended::toString);
            // A client may close with any code; ours never says that something failed in here.
            assertTrue(
                    ended.cause() == Ended.Cause.PEER_CLOSED || ended.code() != INTERNAL_SERVER_ERROR, ended::toString);
            replies += FuzzOutput.check(socket.written(), encoding, ended);
        }

        /// What the client sends.
        private final class Stream {
            private final FuzzInput input;
            private final FuzzListener listener;
            private final boolean connects = random.nextInt(20) > 0;
            private int sent;
            private int left = FRAMES_MAX;

            Stream(Encoding encoding, FuzzListener listener) {
                this.input = new FuzzInput(random, encoding);
                this.listener = listener;
            }

            byte @Nullable [] next() {
                Connection connection = listener.connection();
                assertTrue(connection.pendingBytes() <= TransportLimits.DEFAULT.queueBytesMax() + 65_536);
                now += random.nextInt(20);
                engine.tick();
                backend.answerSome();
                if (((ThreadConnection) connection).isEnding()) {
                    left = Math.min(left, FRAMES_AFTER_THE_END);
                }
                if (left == 0) {
                    // Whoever goes away while something is sent to it has half a frame, which is not judged here.
                    ((ThreadConnection) connection).awaitSent(SENT_WITHIN_MILLIS);
                    return null;
                }
                left--;
                frames++;
                return sent++ == 0 && connects ? input.connect() : input.next();
            }
        }
    }
}
