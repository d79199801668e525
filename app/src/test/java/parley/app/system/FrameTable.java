package parley.app.system;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Frames, good and bad, on an open connection, and what comes back.
final class FrameTable {
    /// A command that is answered without an account.
    static final String ASKED = "{\"id\":1,\"connect\":{\"name\":\"\u00e9\"}}";
    /// What [RawHttp#next] says then.
    static final String ANSWER = "text {\"id\":1,\"error\":{\"code\":101,";

    private static final byte[] ASK = RawHttp.frame(0x81, utf8(ASKED));
    private static final int MESSAGE_BYTES_MAX = 256 * 1024;

    /// After `client` did its part, `expected` is what comes first, apart from pongs.
    record Row(String name, String expected, Consumer<RawHttp> client) {}

    private FrameTable() {}

    static Stream<Row> rows() {
        return Stream.of(headers(), controls(), messages(), sizes(), texts(), closes(), pieces())
                .flatMap(rows -> rows);
    }

    private static Stream<Row> headers() {
        Stream<Row> opcodes = IntStream.of(3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
                .mapToObj(opcode -> row("T14 opcode " + opcode, "close 1002", RawHttp.frame(0x80 | opcode, utf8("x"))));
        return Stream.concat(
                opcodes,
                Stream.of(
                        row("T12 no mask", "close 1002", hex("8103616263")),
                        row("T13 S12 RSV1, as compressed frames have", "close 1002", RawHttp.frame(0xc1, utf8("x"))),
                        row("T13 RSV2", "close 1002", RawHttp.frame(0xa1, utf8("x"))),
                        row("T13 RSV3", "close 1002", RawHttp.frame(0x91, utf8("x"))),
                        row("T17 a length of 2^63", "close 1002", hex("82ff8000000000000000")),
                        row("T17 5 bytes in a length of 16 bits", "close 1002", hex("82fe0005")),
                        row("T17 5 bytes in a length of 64 bits", "close 1002", hex("82ff0000000000000005"))));
    }

    private static Stream<Row> controls() {
        return Stream.of(
                row("T15 a ping of 126 bytes", "close 1002", RawHttp.frame(0x89, new byte[126])),
                row("T15 a ping in fragments", "close 1002", RawHttp.frame(0x09, utf8("x"))),
                row("T15 a close in fragments", "close 1002", RawHttp.frame(0x08, utf8("x"))),
                row("T25 S15 a flood of pings", "close 1008", repeated(RawHttp.frame(0x89, new byte[125]), 5_000)),
                row("T25 S15 a flood of pongs", "close 1008", repeated(RawHttp.frame(0x8a, new byte[0]), 5_000)),
                row(
                        "T25 some pings and pongs",
                        ANSWER,
                        joined(
                                repeated(RawHttp.frame(0x89, utf8("p")), 30),
                                repeated(RawHttp.frame(0x8a, utf8("p")), 30),
                                ASK)));
    }

    private static Stream<Row> messages() {
        return Stream.of(
                row("T16 a continuation of nothing", "close 1002", RawHttp.frame(0x80, utf8("x"))),
                row(
                        "T16 text inside text",
                        "close 1002",
                        joined(RawHttp.frame(0x01, utf8("a")), RawHttp.frame(0x81, utf8("b")))),
                row(
                        "T16 binary inside text",
                        "close 1002",
                        joined(RawHttp.frame(0x01, utf8("a")), RawHttp.frame(0x82, utf8("b")))),
                row(
                        "T16 a ping inside text",
                        ANSWER,
                        joined(
                                fragment(1, 0, 9),
                                RawHttp.frame(0x89, utf8("p")),
                                fragment(0x80, 9, ASKED.length() + 1))),
                row(
                        "T19 S15 1,024 frames",
                        ANSWER,
                        joined(
                                RawHttp.frame(0x01, new byte[0]),
                                repeated(RawHttp.frame(0, new byte[0]), 1_022),
                                RawHttp.frame(0x80, utf8(ASKED)))),
                row(
                        "T19 S15 1,025 frames",
                        "close 1008",
                        joined(
                                RawHttp.frame(0x01, new byte[0]),
                                repeated(RawHttp.frame(0, new byte[0]), 1_023),
                                RawHttp.frame(0x80, utf8(ASKED)))),
                row(
                        "T19 S15 100,000 empty fragments",
                        "close 1008",
                        joined(RawHttp.frame(0x01, new byte[0]), repeated(RawHttp.frame(0, new byte[0]), 100_000))));
    }

    private static Stream<Row> sizes() {
        byte[] fragment = RawHttp.frame(0, new byte[60 * 1024]);
        return Stream.of(
                row("T18 256 KiB + 1 byte announced", "close 1009", hex("81ff0000000000040001")),
                row("T18 2^62 bytes announced", "close 1009", hex("82ff4000000000000000")),
                row(
                        "T18 endless fragments",
                        "close 1009",
                        joined(RawHttp.frame(0x02, new byte[0]), repeated(fragment, 50))),
                row(
                        "T18 256 KiB of spaces around a command",
                        ANSWER,
                        RawHttp.frame(0x81, utf8(ASKED + " ".repeat(MESSAGE_BYTES_MAX - ASKED.length() - 1)))));
    }

    private static Stream<Row> texts() {
        int inside = ASKED.indexOf('\u00e9') + 1;
        return Stream.of(
                row("T20 a wrong byte", "close 1007", RawHttp.frame(0x81, hex("61ff"))),
                row("T20 a character cut short", "close 1007", RawHttp.frame(0x81, hex("61c3"))),
                row("T20 a surrogate", "close 1007", RawHttp.frame(0x81, hex("eda080"))),
                row("T20 an overlong slash", "close 1007", RawHttp.frame(0x81, hex("c0af"))),
                row("T20 a wrong byte before the end of its frame", "close 1007", hex("81fe040000000000ff")),
                row(
                        "T20 a character in two frames",
                        ANSWER,
                        joined(fragment(1, 0, inside), fragment(0x80, inside, ASKED.length() + 1))));
    }

    private static Stream<Row> closes() {
        Stream<Row> wrong = IntStream.of(0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535)
                .mapToObj(code -> row("T21 close " + code, "close 1002", RawHttp.frame(0x88, code(code))));
        Stream<Row> right = IntStream.of(1000, 1001, 1003, 1007, 1011, 3000, 4999)
                .mapToObj(code -> row("T30 close " + code, "close " + code, RawHttp.frame(0x88, code(code))));
        Stream<Row> others = Stream.of(
                row("T30 close without a code", "close", RawHttp.frame(0x88, new byte[0])),
                row("T21 close of one byte", "close 1002", RawHttp.frame(0x88, new byte[1])),
                row(
                        "T21 a reason that is not UTF-8",
                        "close 1007",
                        RawHttp.frame(0x88, joined(code(1000), hex("c328")))),
                row("T22 a command behind a close", "close 1000", joined(RawHttp.frame(0x88, code(1000)), ASK)));
        return Stream.of(wrong, right, others).flatMap(rows -> rows);
    }

    private static Stream<Row> pieces() {
        return Stream.of(
                row("T23 a command", ANSWER, ASK),
                new Row("T23 one byte per packet", ANSWER, client -> {
                    for (byte one : ASK) {
                        RawHttp unused = client.send(new byte[] {one});
                    }
                }),
                new Row(
                        "T34 half a connection closed inside a frame",
                        "cut",
                        client -> client.send(Arrays.copyOf(ASK, 9)).shutdownOutput()),
                new Row(
                        "T34 a reset inside a frame",
                        "cut",
                        client -> client.send(Arrays.copyOf(ASK, 9)).reset()));
    }

    private static Row row(String name, String expected, byte[] wire) {
        return new Row(name, expected, client -> {
            RawHttp unused = client.send(wire);
        });
    }

    /// Bytes `from` to `to` of the command as a frame with this first byte.
    private static byte[] fragment(int first, int from, int to) {
        return RawHttp.frame(first, Arrays.copyOfRange(utf8(ASKED), from, to));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static byte[] code(int code) {
        return new byte[] {(byte) (code >>> 8), (byte) code};
    }

    private static byte[] repeated(byte[] frame, int times) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int n = 0; n < times; n++) {
            all.writeBytes(frame);
        }
        return all.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
