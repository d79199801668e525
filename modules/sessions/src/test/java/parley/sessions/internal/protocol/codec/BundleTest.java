package parley.sessions.internal.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Push;
import parley.sessions.internal.transport.Encoding;
import parley.sessions.internal.transport.Frame;
import parley.sessions.internal.transport.FrameBytes;
import parley.testkit.Seeds;

/// Frames of many messages, some of which are taken back.
class BundleTest {
    private final TreeSet<Integer> takenBack = new TreeSet<>();

    @Test
    void aFrameIsAlwaysWhatItsMessagesAreNow() {
        // Runs, joined in any way, with content taken back at any moment: each message stands there once and in order,
        // those that were taken back as what took their place, all others byte for byte.
        Seeds.each(300, this::checkOne);
    }

    private void checkOne(long seed) {
        Random random = new Random(seed);
        Encoding encoding = random.nextBoolean() ? Encoding.JSON : Encoding.PROTOBUF;
        takenBack.clear();
        List<Frame> frames = new ArrayList<>();
        int count = 0;
        for (int left = 1 + random.nextInt(6); left > 0; left--) {
            int size = 1 + random.nextInt(4);
            frames.add(encoded(encoding, pushes(count, count + size)));
            count += size;
        }
        for (int step = random.nextInt(6); step > 0; step--) {
            boolean unused = takenBack.add(random.nextInt(count));
            int at = random.nextInt(frames.size());
            switch (random.nextInt(3)) {
                case 0 -> frames.set(at, frames.get(at).now());
                case 1 -> frames.replaceAll(Frame::now);
                default -> join(encoding, frames, at, random);
            }
        }
        Frame all = Bundle.join(encoding, frames).now();
        assertSame(all, all.now());
        assertArrayEquals(expected(encoding, count), FrameBytes.payload(all));
    }

    /// Each message encoded by itself, as it is now.
    private byte[] expected(Encoding encoding, int count) {
        List<byte[]> messages = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            Payload now = payload(number).now();
            byte[] message = Codecs.of(encoding).push(new Push.Published("c", Publication.entry(number + 1, now)));
            messages.add(Objects.requireNonNull(message));
        }
        return Joined.of(messages, Codecs.of(encoding).separatorBytes());
    }

    private static void join(Encoding encoding, List<Frame> frames, int from, Random random) {
        List<Frame> some = frames.subList(from, from + 1 + random.nextInt(frames.size() - from));
        Frame joined = Bundle.join(encoding, some);
        some.clear();
        frames.add(from, joined);
    }

    private static Frame encoded(Encoding encoding, List<Push> pushes) {
        return Objects.requireNonNull(EncodedPush.run(pushes).frame(encoding));
    }

    private List<Push> pushes(int from, int to) {
        List<Push> pushes = new ArrayList<>();
        for (int number = from; number < to; number++) {
            pushes.add(new Push.Published("c", Publication.entry(number + 1, payload(number))));
        }
        return pushes;
    }

    private Payload payload(int number) {
        byte[] json = ("\"body" + number + ";" + "x".repeat(number * 37 % 200) + "\"").getBytes(StandardCharsets.UTF_8);
        return Payload.json(json, () -> replacement(number));
    }

    private @Nullable Payload replacement(int number) {
        return takenBack.contains(number) ? Payload.json("\"gone" + number + ";\"") : null;
    }
}
