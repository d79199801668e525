package parley.sessions.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import parley.testkit.Seeds;

final class FrameParserPropertyTest {

    private static final int FUZZ_FRAMES = 200_000;
    private static final int FUZZ_MESSAGE_BYTES_MAX = 2_000;

    /// A valid stream and the events that it means.
    private static final class ValidStream {
        final ByteArrayOutputStream wire = new ByteArrayOutputStream();
        final List<String> events = new ArrayList<>();
        private final Random random;

        ValidStream(Random random) {
            this.random = random;
        }

        ValidStream fill(int messages) {
            for (int n = 0; n < messages; n++) {
                control();
                message(random.nextBoolean());
            }
            wire.writeBytes(RawClient.frame(0x88, FrameParserTest.code(1001)));
            events.add("closed 1001");
            return this;
        }

        private void message(boolean text) {
            byte[] payload = text ? randomText(random).getBytes(StandardCharsets.UTF_8) : randomBytes(random);
            int frames = 1 + (random.nextBoolean() ? 0 : random.nextInt(6));
            int at = 0;
            for (int n = 0; n < frames; n++) {
                boolean last = n == frames - 1;
                int size = last ? payload.length - at : random.nextInt(payload.length - at + 1);
                byte[] part = java.util.Arrays.copyOfRange(payload, at, at + size);
                wire.writeBytes(RawClient.frame((last ? 0x80 : 0) | (n > 0 ? 0 : text ? 1 : 2), part));
                at += size;
                if (!last) {
                    control();
                }
            }
            events.add(
                    text
                            ? "text " + new String(payload, StandardCharsets.UTF_8)
                            : "binary " + HexFormat.of().formatHex(payload));
        }

        private void control() {
            byte[] payload = new byte[random.nextInt(126)];
            random.nextBytes(payload);
            switch (random.nextInt(4)) {
                case 0 -> {
                    wire.writeBytes(RawClient.frame(0x89, payload));
                    events.add("ping " + HexFormat.of().formatHex(payload));
                }
                case 1 -> {
                    wire.writeBytes(RawClient.frame(0x8a, payload));
                    events.add("pong");
                }
                default -> {
                    // None here.
                }
            }
        }
    }

    // T23: any chunking of any valid stream gives the same events.
    @Test
    void chunkingMakesNoDifference() {
        Seeds.each(20, seed -> {
            Random random = new Random(seed);
            for (int round = 0; round < 15; round++) {
                ValidStream stream = new ValidStream(random).fill(1 + random.nextInt(12));
                byte[] wire = stream.wire.toByteArray();
                int[] chunks =
                        random.ints(wire.length, 1, 2 + random.nextInt(2_000)).toArray();
                assertEquals(stream.events, RecordedEvents.of(FrameParserTest.parser(), wire, wire.length));
                assertEquals(stream.events, RecordedEvents.of(FrameParserTest.parser(), wire, 1));
                assertEquals(stream.events, RecordedEvents.of(FrameParserTest.parser(), wire, chunks));
            }
        });
    }

    // T24 and "no exception for any input": random and mutated frames do no harm.
    @Test
    void noBytesDoHarm() {
        Seeds.each(20, seed -> {
            Random random = new Random(seed);
            int frames = 0;
            while (frames < FUZZ_FRAMES / 20) {
                FrameParser parser = new FrameParser(FUZZ_MESSAGE_BYTES_MAX, 64);
                RecordedEvents events = new RecordedEvents();
                int batch = 1 + random.nextInt(40);
                for (int n = 0; n < batch; n++) {
                    events.feed(parser, fuzzed(random));
                }
                assertTrue(endsOnce(events.lines), events.lines::toString);
                frames += batch;
            }
        });
    }

    // T24: a parser holds what has arrived, not what is announced, and nothing between messages.
    @Test
    void memoryFollowsWhatHasArrived() {
        int parsers = 2_000;
        List<FrameParser> all = new ArrayList<>();
        RecordedEvents events = new RecordedEvents();
        byte[] announced = HexFormat.of().parseHex("82ff000000000003ffff00000000ff");
        byte[] message = RawClient.frame(0x82, new byte[100_000]);
        long before = allocated();
        for (int n = 0; n < parsers; n++) {
            FrameParser parser = FrameParserTest.parser();
            all.add(parser);
            events.feed(parser, announced.clone());
        }
        long each = (allocated() - before) / parsers;
        assertTrue(each < 1_000, "256 KiB announced, 1 byte sent: " + each + " bytes were allocated");
        FrameParser idle = FrameParserTest.parser();
        byte[] wire = message.clone();
        long idleBefore = allocated();
        int read = idle.parse(wire, 0, wire.length, new NoEvents());
        long allocated = allocated() - idleBefore;
        assertEquals(wire.length, read);
        assertTrue(allocated < 10_000, "a message that came in one piece was copied: " + allocated);
        assertEquals(parsers, all.size());
    }

    private static final class NoEvents implements FrameEvents {
        @Override
        public void text(byte[] bytes, int from, int length) {}

        @Override
        public void binary(byte[] bytes, int from, int length) {}

        @Override
        public void ping(byte[] bytes, int from, int length) {}

        @Override
        public void pong() {}

        @Override
        public void violated(int code, String rule) {}

        @Override
        public void closed(int code) {}
    }

    private static byte[] fuzzed(Random random) {
        byte[] payload = new byte[random.nextInt(10) == 0 ? random.nextInt(3_000) : random.nextInt(20)];
        random.nextBytes(payload);
        if (random.nextInt(4) == 0) {
            return payload;
        }
        int[] firsts = {0x81, 0x82, 0x01, 0x02, 0x00, 0x80, 0x89, 0x8a, 0x88};
        byte[] text = "plain text".getBytes(StandardCharsets.UTF_8);
        byte[] frame = RawClient.frame(firsts[random.nextInt(firsts.length)], random.nextBoolean() ? text : payload);
        for (int n = random.nextInt(3); n > 0; n--) {
            frame[random.nextInt(Math.min(frame.length, 12))] ^= (byte) (1 << random.nextInt(8));
        }
        return frame;
    }

    /// At most one violation; after it, and after a close, nothing but one close.
    private static boolean endsOnce(List<String> events) {
        int first = -1;
        for (int n = 0; n < events.size(); n++) {
            boolean ends = events.get(n).startsWith("violated") || events.get(n).startsWith("closed");
            if (first < 0 && ends) {
                first = n;
            }
        }
        return first < 0
                || first == events.size() - 1
                || (first == events.size() - 2
                        && events.get(first).startsWith("violated")
                        && events.getLast().startsWith("closed"));
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        int characters = random.nextInt(10) == 0 ? random.nextInt(30_000) : random.nextInt(200);
        boolean ascii = random.nextBoolean();
        for (int n = 0; n < characters; n++) {
            int limit = ascii ? 0x80 : new int[] {0x80, 0x800, 0xd800, 0x110000}[random.nextInt(4)];
            int character = random.nextInt(limit);
            text.appendCodePoint(character >= 0xd800 && character <= 0xdfff ? 'x' : character);
        }
        return text.toString();
    }

    private static byte[] randomBytes(Random random) {
        byte[] bytes = new byte[random.nextInt(10) == 0 ? random.nextInt(70_000) : random.nextInt(300)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static long allocated() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.ThreadMXBean.class)
                .getCurrentThreadAllocatedBytes();
    }
}
