package parley.sessions.internal.transport;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import parley.sessions.internal.protocol.codec.ClientFrames;

/// What a client sends that was made by chance: most frames are right in themselves and carry commands that are
/// right, odd or broken; some are broken themselves. All comes from one random source.
final class FuzzInput {

    private static final List<String> COMMANDS = List.of(
            "{}",
            "{\"id\":2,\"ping\":{}}",
            "{\"id\":3,\"subscribe\":{\"channel\":\"c:1\"}}",
            "{\"id\":4,\"subscribe\":{\"channel\":\"c:2\",\"recover\":true,\"epoch\":\"e\",\"offset\":7,\"flag\":2}}",
            "{\"id\":5,\"unsubscribe\":{\"channel\":\"c:1\"}}",
            "{\"id\":6,\"publish\":{\"channel\":\"c:1\",\"data\":{\"text\":\"\u00e9\u20ac\ud83d\ude00\"}}}",
            "{\"id\":7,\"presence\":{\"channel\":\"c:1\"}}",
            "{\"id\":8,\"presence_stats\":{\"channel\":\"c:1\"}}",
            "{\"id\":9,\"history\":{\"channel\":\"c:1\",\"limit\":10,\"since\":{\"epoch\":\"e\",\"offset\":3},\"reverse\":true}}",
            "{\"send\":{\"data\":[1,2,3]}}",
            "{\"id\":10,\"rpc\":{\"method\":\"m\",\"data\":{\"a\":[1,{\"b\":null}],\"c\":1.5e3}}}",
            "{\"id\":11,\"rpc\":{\"method\":\"held\",\"data\":\"" + "x".repeat(300) + "\"}}",
            "{\"id\":12,\"refresh\":{\"token\":\"t\"}}",
            "{\"id\":13,\"sub_refresh\":{\"channel\":\"c:1\",\"token\":\"t\"}}");

    /// In place of a number or a text of a JSON command.
    private static final List<String> ODD = List.of(
            "0",
            "-1",
            "1.5",
            "1e999",
            "-0",
            "4294967295",
            "4294967296",
            "18446744073709551615",
            "18446744073709551616",
            "null",
            "true",
            "\"\"",
            "\"1\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "{}",
            "[]",
            "[".repeat(70),
            "\"" + "y".repeat(300) + "\"",
            "[".repeat(63) + "]".repeat(63),
            "{\"a\":".repeat(66) + "1" + "}".repeat(66),
            "\"\ud83d\ude00\"",
            "1,\"id\":1");

    /// Varints that end nowhere, late, or are larger than any length.
    private static final List<byte[]> VARINTS = List.of(
            new byte[] {(byte) 0x80},
            new byte[] {(byte) 0x80, (byte) 0x80, 0},
            new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
            new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
            new byte[] {-1, -1, -1, -1, 7},
            new byte[] {0x7f});

    private final Random random;
    private final Encoding encoding;

    FuzzInput(Random random, Encoding encoding) {
        this.random = random;
        this.encoding = encoding;
    }

    /// A frame with a good connect.
    byte[] connect() {
        return frame(true, messageOpcode(), ClientFrames.of(encoding, "{\"id\":1,\"connect\":{\"token\":\"t\"}}"));
    }

    /// One frame, or what is left of one.
    byte[] next() {
        return switch (random.nextInt(40)) {
            case 0 -> mutated(frame(true, messageOpcode(), good()), 3);
            case 1 -> brokenHeader();
            case 2 -> randomBytes(40);
            case 3 -> frame(true, encoding == Encoding.JSON ? 2 : 1, good());
            case 4 -> frame(true, 8, randomBytes(6));
            case 5, 6 -> frame(true, messageOpcode(), odd());
            case 7 -> frame(true, messageOpcode(), mutated(good(), 2));
            case 8, 9, 10 -> fragmented(good());
            case 11, 12 -> frame(true, 9 + random.nextInt(2), randomBytes(125));
            case 13, 14, 15 -> frame(true, messageOpcode(), batch());
            default -> frame(true, messageOpcode(), good());
        };
    }

    private int messageOpcode() {
        return encoding == Encoding.JSON ? Frame.TEXT : Frame.BINARY;
    }

    private byte[] good() {
        return ClientFrames.of(encoding, pick(COMMANDS));
    }

    private byte[] batch() {
        StringBuilder lines = new StringBuilder(pick(COMMANDS));
        for (int more = random.nextInt(8); more > 0; more--) {
            lines.append('\n').append(pick(COMMANDS));
        }
        return ClientFrames.of(encoding, lines.toString());
    }

    /// A command that can be read, or nearly, with a value that does not fit.
    private byte[] odd() {
        if (encoding == Encoding.PROTOBUF) {
            byte[] message = good();
            int at = random.nextInt(message.length);
            return spliced(message, at, Math.min(message.length, at + random.nextInt(2)), pick(VARINTS));
        }
        String command = pick(COMMANDS);
        int colon = command.indexOf(':', random.nextInt(command.length()));
        if (colon < 0) {
            return utf8(pick(ODD));
        }
        int end = colon + 1;
        while (end < command.length() && ",}]".indexOf(command.charAt(end)) < 0) {
            end++;
        }
        return utf8(command.substring(0, colon + 1) + pick(ODD) + command.substring(end));
    }

    private byte[] fragmented(byte[] payload) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        int from = 0;
        int opcode = messageOpcode();
        for (int parts = 1 + random.nextInt(5); parts > 0; parts--) {
            int to = from + random.nextInt(payload.length - from + 1);
            frames.writeBytes(frame(false, opcode, Arrays.copyOfRange(payload, from, to)));
            if (random.nextInt(3) == 0) {
                frames.writeBytes(frame(true, 9 + random.nextInt(2), randomBytes(20)));
            }
            from = to;
            opcode = Frame.CONTINUATION;
        }
        // Now and then the end of the message never comes.
        if (random.nextInt(30) > 0) {
            frames.writeBytes(frame(true, opcode, Arrays.copyOfRange(payload, from, payload.length)));
        }
        return frames.toByteArray();
    }

    /// A length in another form, or of another payload, or any flags.
    private byte[] brokenHeader() {
        byte[] frame = frame(true, messageOpcode(), good());
        switch (random.nextInt(4)) {
            case 0 -> frame[0] = (byte) random.nextInt(256);
            case 1 -> frame[1] = (byte) random.nextInt(256);
            case 2 -> {
                byte swapped = frame[2];
                frame[2] = frame[3];
                frame[3] = swapped;
            }
            default -> {
                ByteArrayOutputStream header = new ByteArrayOutputStream();
                header.write(0x80 | messageOpcode());
                header.write(0x80 | 126 + random.nextInt(2));
                header.writeBytes(randomBytes(9));
                header.writeBytes(frame);
                return header.toByteArray();
            }
        }
        return frame;
    }

    private byte[] frame(boolean fin, int opcode, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 14);
        RawClient.header(frame, fin ? 0x80 | opcode : opcode, payload.length);
        RawClient.masked(frame, random.nextInt(), payload);
        return frame.toByteArray();
    }

    private byte[] mutated(byte[] original, int timesMax) {
        byte[] bytes = original;
        for (int times = 1 + random.nextInt(timesMax); times > 0 && bytes.length > 0; times--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                case 3 -> bytes = spliced(bytes, at, at, good());
                default -> bytes = spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, bytes.length));
            }
        }
        return bytes;
    }

    private byte[] randomBytes(int sizeMax) {
        byte[] bytes = new byte[random.nextInt(sizeMax + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    /// `bytes` with `[from, to)` replaced.
    private static byte[] spliced(byte[] bytes, int from, int to, byte[] by) {
        byte[] result = new byte[bytes.length - (to - from) + by.length];
        System.arraycopy(bytes, 0, result, 0, from);
        System.arraycopy(by, 0, result, from, by.length);
        System.arraycopy(bytes, to, result, from + by.length, bytes.length - to);
        return result;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
