package parley.sessions.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class FrameParserTest {

    private static final int MESSAGE_BYTES_MAX = 256 * 1024;
    private static final int FRAGMENTS_MAX = 1024;

    @SuppressWarnings("ArrayRecordComponent") // a row of a table
    private record Case(String name, byte[] wire, String... events) {}

    // T12 to T22: what breaks a rule is answered with the right code, at once, and nothing follows.
    @TestFactory
    Stream<DynamicTest> violationsHaveTheirCloseCodes() {
        byte[] after = RawClient.frame(0x81, "never seen");
        return violations()
                .map(one -> DynamicTest.dynamicTest(one.name(), () -> {
                    byte[] wire = joined(one.wire(), after);
                    assertEquals(List.of(one.events()), RecordedEvents.of(parser(), wire, wire.length));
                    assertEquals(List.of(one.events()), RecordedEvents.of(parser(), wire, 1));
                }));
    }

    private static Stream<Case> violations() {
        return Stream.of(framing(), fragmentation(), lengths(), texts(), closes())
                .flatMap(cases -> cases);
    }

    private static Stream<Case> framing() {
        return Stream.of(
                violation("T12 no mask", 1002, hex("8103616263")),
                violation("T12 no mask, empty", 1002, hex("8100")),
                violation("T13 RSV1", 1002, RawClient.frame(0xc1, "a")),
                violation("T13 RSV2", 1002, RawClient.frame(0xa1, "a")),
                violation("T13 RSV3", 1002, RawClient.frame(0x91, "a")),
                violation("T13 RSV1 on a control frame", 1002, RawClient.frame(0xc9, "a")),
                violation("T14 opcode 3", 1002, RawClient.frame(0x83, "a")),
                violation("T14 opcode 7", 1002, RawClient.frame(0x87, "a")),
                violation("T14 opcode 11", 1002, RawClient.frame(0x8b, "a")),
                violation("T14 opcode 15", 1002, RawClient.frame(0x8f, "a")),
                violation("T15 fragmented ping", 1002, RawClient.frame(0x09, "a")),
                violation("T15 fragmented close", 1002, RawClient.frame(0x0b, "")),
                violation("T15 ping of 126 bytes", 1002, RawClient.frame(0x89, "p".repeat(126))),
                violation("T15 pong of 70,000 bytes", 1002, RawClient.frame(0x8a, "p".repeat(70_000))));
    }

    private static Stream<Case> fragmentation() {
        return Stream.of(
                violation("T16 continuation first", 1002, RawClient.frame(0x80, "a")),
                violation("T16 open continuation first", 1002, RawClient.frame(0x00, "a")),
                violation(
                        "T16 text inside a message",
                        1002,
                        joined(RawClient.frame(0x01, "a"), RawClient.frame(0x81, "b"))),
                violation(
                        "T16 continuation after the last fragment",
                        1002,
                        joined(RawClient.frame(0x01, "a"), RawClient.frame(0x80, "b"), RawClient.frame(0x80, "c")),
                        "text ab"),
                violation("T19 1,025 fragments", 1008, fragments(FRAGMENTS_MAX + 1)),
                violation(
                        "T18 fragments of too much",
                        1009,
                        joined(
                                RawClient.frame(0x02, new byte[MESSAGE_BYTES_MAX]),
                                RawClient.frame(0x80, new byte[1]))));
    }

    private static Stream<Case> lengths() {
        return Stream.of(
                violation("T17 125 in 16 bits", 1002, joined(hex("82fe007d00000000"), new byte[125])),
                violation("T17 65,535 in 64 bits", 1002, joined(hex("82ff000000000000ffff00000000"), new byte[65_535])),
                violation("T17 0 in 64 bits", 1002, hex("82ff000000000000000000000000")),
                violation("T17 2^63", 1002, hex("82ff800000000000000000000000")),
                violation("T18 2^63 - 1", 1009, hex("82ff7fffffffffffffff00000000")),
                violation("T18 256 KiB + 1, announced only", 1009, hex("82ff0000000000040001")),
                violation("T18 4 GiB + 1", 1009, hex("82ff000000010000000100000000")));
    }

    private static Stream<Case> texts() {
        return Stream.of(
                violation("T20 a lone continuation byte", 1007, RawClient.frame(0x81, hex("80"))),
                violation("T20 overlong slash", 1007, RawClient.frame(0x81, hex("c0af"))),
                violation("T20 surrogate", 1007, RawClient.frame(0x81, hex("eda080"))),
                violation("T20 beyond U+10FFFF", 1007, RawClient.frame(0x81, hex("f4908080"))),
                violation("T20 cut short at the end", 1007, RawClient.frame(0x81, hex("61c3"))),
                violation("T20 wrong before the end of its frame", 1007, hex("81fe040000000000ff")),
                violation(
                        "T20 wrong across frames",
                        1007,
                        joined(RawClient.frame(0x01, hex("c3")), RawClient.frame(0x00, hex("28")))));
    }

    private static Stream<Case> closes() {
        return Stream.of(
                closing("T21 one byte", 1002, hex("03")),
                closing("T21 code 0", 1002, hex("0000")),
                closing("T21 code 999", 1002, code(999)),
                closing("T21 code 1004", 1002, code(1004)),
                closing("T21 code 1005", 1002, code(1005)),
                closing("T21 code 1006", 1002, code(1006)),
                closing("T21 code 1015", 1002, code(1015)),
                closing("T21 code 2999", 1002, code(2999)),
                closing("T21 code 5000", 1002, code(5000)),
                closing("T21 code 65535", 1002, code(65_535)),
                closing("T21 reason is not UTF-8", 1007, joined(code(1000), hex("ff"))),
                closing("T21 reason is cut short", 1007, joined(code(1000), hex("e282"))));
    }

    // T21, T22: a good close frame ends everything; its code is told.
    @TestFactory
    Stream<DynamicTest> goodCloseFramesEndTheStream() {
        return Stream.of(1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 3999, 4000, 4999)
                .map(code -> DynamicTest.dynamicTest("close " + code, () -> {
                    byte[] wire =
                            joined(RawClient.frame(0x88, joined(code(code), hex("c3a9"))), RawClient.frame(0x81, "x"));
                    assertEquals(List.of("closed " + code), RecordedEvents.of(parser(), wire, wire.length));
                }));
    }

    // T21: a close frame without a code is allowed.
    @Test
    void aCloseFrameMayBeEmpty() {
        assertEquals(List.of("closed 1005"), RecordedEvents.of(parser(), RawClient.frame(0x88, ""), 100));
    }

    // T18, T19: a message of exactly the limits passes.
    @Test
    void theLimitsThemselvesAreAllowed() {
        byte[] whole = RawClient.frame(0x82, new byte[MESSAGE_BYTES_MAX]);
        assertEquals(
                "binary " + "00".repeat(MESSAGE_BYTES_MAX),
                RecordedEvents.of(parser(), whole, 1400).getFirst());
        byte[] many = joined(fragments(FRAGMENTS_MAX - 1), RawClient.frame(0x80, "end"));
        assertEquals(List.of("text end"), RecordedEvents.of(parser(), many, 7));
    }

    // T18: the limit counts per message, not per connection.
    @Test
    void theNextMessageStartsFromZero() {
        FrameParser parser = parser();
        byte[] message = joined(RawClient.frame(0x02, new byte[200_000]), RawClient.frame(0x80, new byte[50_000]));
        for (int n = 0; n < 5; n++) {
            assertEquals(1, RecordedEvents.of(parser, message, 65_536).size());
        }
    }

    // T20: a character may be split by frames and by chunks.
    @Test
    void splitCharactersAreJoined() {
        byte[] wire = joined(
                RawClient.frame(0x01, hex("e2")),
                RawClient.frame(0x00, hex("82")),
                RawClient.frame(0x80, hex("acc3a9")));
        assertEquals(List.of("text \u20ac\u00e9"), RecordedEvents.of(parser(), wire, 1));
        assertEquals(List.of("text \u20ac\u00e9"), RecordedEvents.of(parser(), wire, wire.length));
    }

    // T20: the wrong byte is noticed when it arrives, not at the end of the frame.
    @Test
    void wrongTextIsNoticedAsItArrives() {
        byte[] start = hex("81fe040000000000"); // 1,024 bytes announced, mask 0
        assertEquals(List.of(), RecordedEvents.of(parser(), joined(start, hex("6162")), 3));
        assertEquals(List.of("violated 1007"), RecordedEvents.of(parser(), joined(start, hex("6162ff")), 3));
    }

    // T16: pings may come between fragments and do not disturb the message.
    @Test
    void controlFramesComeBetweenFragments() {
        byte[] wire = joined(
                RawClient.frame(0x01, "ab"),
                RawClient.frame(0x89, "p"),
                RawClient.frame(0x00, "cd"),
                RawClient.frame(0x8a, "q"),
                RawClient.frame(0x80, "ef"));
        assertEquals(List.of("ping 70", "pong", "text abcdef"), RecordedEvents.of(parser(), wire, 2));
    }

    // T22, T31: after a violation the peer's close frame is still found, whatever comes before it.
    @Test
    void aDeafParserFindsTheCloseFrame() {
        byte[] wire = joined(
                RawClient.frame(0x83, "x".repeat(300)),
                hex("8103616263"),
                RawClient.frame(0x81, "y".repeat(70_000)),
                RawClient.frame(0x89, "ping"),
                RawClient.frame(0x88, code(1002)),
                RawClient.frame(0x81, "z"));
        assertEquals(List.of("violated 1002", "closed 1005"), RecordedEvents.of(parser(), wire, 1000));
    }

    // The parser hands out one event per call, so that a reader can be paused between two messages.
    @Test
    void oneCallPassesOnOneEvent() {
        byte[] wire = joined(RawClient.frame(0x81, "a"), RawClient.frame(0x81, "b"));
        RecordedEvents events = new RecordedEvents();
        FrameParser parser = parser();
        int at = parser.parse(wire, 0, wire.length, events);
        assertEquals(List.of("text a"), events.lines);
        assertTrue(at < wire.length);
        assertEquals(wire.length, parser.parse(wire, at, wire.length, events));
        assertEquals(List.of("text a", "text b"), events.lines);
    }

    static FrameParser parser() {
        return new FrameParser(MESSAGE_BYTES_MAX, FRAGMENTS_MAX);
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] code(int code) {
        return new byte[] {(byte) (code >>> 8), (byte) code};
    }

    private static byte[] fragments(int count) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int n = 0; n < count; n++) {
            all.writeBytes(RawClient.frame(n == 0 ? 0x01 : 0x00, ""));
        }
        return all.toByteArray();
    }

    private static Case violation(String name, int code, byte[] wire, String... before) {
        return new Case(
                name,
                wire,
                Stream.concat(Stream.of(before), Stream.of("violated " + code)).toArray(String[]::new));
    }

    private static Case closing(String name, int code, byte[] payload) {
        return new Case(name, RawClient.frame(0x88, payload), "violated " + code, "closed 1005");
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
