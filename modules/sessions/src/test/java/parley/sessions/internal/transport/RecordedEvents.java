package parley.sessions.internal.transport;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Writes a parser's events down, one line each.
final class RecordedEvents implements FrameEvents {

    final List<String> lines = new ArrayList<>();

    /// Parses `wire` in the given chunk sizes (the last one repeats) and returns the events.
    static List<String> of(FrameParser parser, byte[] wire, int... chunks) {
        RecordedEvents events = new RecordedEvents();
        int at = 0;
        for (int n = 0; at < wire.length; n++) {
            int size = Math.min(chunks[Math.min(n, chunks.length - 1)], wire.length - at);
            // A copy, as a socket would give: what lies around a chunk is not the parser's.
            events.feed(parser, java.util.Arrays.copyOfRange(wire, at, at + size));
            at += size;
        }
        return events.lines;
    }

    void feed(FrameParser parser, byte[] chunk) {
        int at = 0;
        while (at < chunk.length) {
            at = parser.parse(chunk, at, chunk.length, this);
        }
    }

    @Override
    public void text(byte[] bytes, int from, int length) {
        lines.add("text " + new String(bytes, from, length, StandardCharsets.UTF_8));
    }

    @Override
    public void binary(byte[] bytes, int from, int length) {
        lines.add("binary " + HexFormat.of().formatHex(bytes, from, from + length));
    }

    @Override
    public void ping(byte[] bytes, int from, int length) {
        lines.add("ping " + HexFormat.of().formatHex(bytes, from, from + length));
    }

    @Override
    public void pong() {
        lines.add("pong");
    }

    @Override
    public void violated(int code, String rule) {
        lines.add("violated " + code);
    }

    @Override
    public void closed(int code) {
        lines.add("closed " + code);
    }
}
