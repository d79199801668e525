package parley.sessions.internal.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import parley.sessions.internal.protocol.message.Command;
import parley.sessions.internal.transport.Encoding;
import parley.testkit.Seeds;

/// P3: whatever a frame holds, the reader gives commands or a violation, within bounds.
class CodecPropertyTest {
    private static final int FRAMES_PER_SEED = 300;

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void aMutatedFrameGivesCommandsOrAViolation(Encoding encoding) {
        // P3. "Nothing that a client sends gets anything else out of the reader."
        List<byte[]> originals = originals(encoding);
        Seeds.each(100, seed -> {
            Random random = new Random(seed);
            for (int i = 0; i < FRAMES_PER_SEED; i++) {
                byte[] frame = mutated(originals, random);
                try {
                    List<Command> commands = Codecs.of(encoding).decode(frame, 0, frame.length);
                    assertTrue(!commands.isEmpty() && commands.size() <= frame.length);
                } catch (Violation expected) {
                    assertTrue(!expected.rule().isEmpty());
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void aFrameCostsMemoryInProportionToItsSize(Encoding encoding) {
        // P3. A length that a frame claims allocates nothing; only bytes that are there do.
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        List<byte[]> originals = originals(encoding);
        Seeds.each(10, seed -> {
            Random random = new Random(seed);
            for (int i = 0; i < FRAMES_PER_SEED; i++) {
                byte[] frame = mutated(originals, random);
                // Once before it counts: classes are loaded, the parser's pools filled.
                decode(encoding, frame);
                long before = threads.getCurrentThreadAllocatedBytes();
                decode(encoding, frame);
                long used = threads.getCurrentThreadAllocatedBytes() - before;
                assertTrue(used < 32_768 + 200L * frame.length, () -> used + " bytes for " + frame.length);
            }
        });
    }

    @Test
    void whatIsWrittenForManyIsReadAsManyAgain() {
        // P2. Batches of any commands in any order come through both encodings.
        Seeds.each(50, seed -> {
            Random random = new Random(seed);
            List<Messages.Vector> all = Messages.of("command");
            List<byte[]> json = new ArrayList<>();
            List<byte[]> protobuf = new ArrayList<>();
            List<Command> expected = new ArrayList<>();
            for (int i = 1 + random.nextInt(20); i > 0; i--) {
                Messages.Vector vector = all.get(random.nextInt(all.size()));
                json.add(vector.json());
                protobuf.add(vector.protobuf());
                expected.add(Messages.commands().get(vector.name()));
            }
            byte[] lines = Joined.of(json, 1);
            byte[] binary = Joined.of(protobuf, 0);
            assertEquals(expected, Codecs.of(Encoding.JSON).decode(lines, 0, lines.length));
            assertEquals(expected, Codecs.of(Encoding.PROTOBUF).decode(binary, 0, binary.length));
        });
    }

    private static void decode(Encoding encoding, byte[] frame) {
        try {
            List<Command> unused = Codecs.of(encoding).decode(frame, 0, frame.length);
        } catch (Violation expected) {
            assertTrue(!expected.rule().isEmpty());
        }
    }

    private static List<byte[]> originals(Encoding encoding) {
        return Messages.of("command").stream()
                .map(vector -> encoding == Encoding.JSON ? vector.json() : vector.protobuf())
                .toList();
    }

    private static byte[] mutated(List<byte[]> originals, Random random) {
        byte[] frame = originals.get(random.nextInt(originals.size())).clone();
        for (int i = 1 + random.nextInt(4); i > 0 && frame.length > 0; i--) {
            int at = random.nextInt(frame.length);
            switch (random.nextInt(5)) {
                case 0 -> frame[at] = (byte) random.nextInt(256);
                case 1 -> frame[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> frame = Arrays.copyOf(frame, at);
                case 3 -> frame = spliced(frame, at, originals.get(random.nextInt(originals.size())));
                default -> frame = repeated(frame, at, random.nextInt(200));
            }
        }
        return frame;
    }

    private static byte[] spliced(byte[] frame, int at, byte[] other) {
        byte[] result = new byte[frame.length + other.length];
        System.arraycopy(frame, 0, result, 0, at);
        System.arraycopy(other, 0, result, at, other.length);
        System.arraycopy(frame, at, result, at + other.length, frame.length - at);
        return result;
    }

    private static byte[] repeated(byte[] frame, int at, int times) {
        byte[] result = new byte[frame.length + times];
        System.arraycopy(frame, 0, result, 0, at);
        Arrays.fill(result, at, at + times, frame[at]);
        System.arraycopy(frame, at, result, at + times, frame.length - at);
        return result;
    }
}
