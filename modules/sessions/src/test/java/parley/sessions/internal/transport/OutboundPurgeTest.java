package parley.sessions.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import parley.testkit.Seeds;

/// What the transport holds of content that was taken back.
final class OutboundPurgeTest {
    private final AtomicBoolean takenBack = new AtomicBoolean();

    private Frame frame(String text) {
        return Frame.text(text.getBytes(StandardCharsets.UTF_8))
                .of(_ -> takenBack.get() ? Frame.text("gone".getBytes(StandardCharsets.UTF_8)) : null);
    }

    @Test
    void frameLeavesWholeAsItWasOrAsItIs() {
        // T26 with a purge at any moment: frames whole and in order, what has begun to leave or is in the
        // writer's hands as it was, everything behind it as it is now, the bytes counted right.
        Seeds.each(300, this::checkOne);
    }

    private void checkOne(long seed) {
        Random random = new Random(seed);
        takenBack.set(false);
        Outbound outbound = new Outbound(1_000_000, 1_000);
        int frames = 1 + random.nextInt(12);
        for (int i = 0; i < frames; i++) {
            assertEquals(Written.TAKEN, outbound.offer(frame("secret" + "x".repeat(random.nextInt(40)))));
        }
        assertTrue(outbound.claimWriter());
        ByteArrayOutputStream left = new ByteArrayOutputStream();
        int writes = random.nextInt(5);
        for (int i = 0; i < writes; i++) {
            write(outbound, left, random, outbound.next(1 + random.nextInt(100)));
        }
        ByteBuffer inHand = random.nextBoolean() ? outbound.next(1 + random.nextInt(100)) : null;
        int before = left.size() + (inHand == null ? 0 : inHand.remaining());
        takenBack.set(true);
        outbound.purge();
        write(outbound, left, random, inHand);
        for (ByteBuffer piece = outbound.next(64); piece != null; piece = outbound.next(64)) {
            write(outbound, left, random, piece);
        }
        assertEquals(0, outbound.pending());
        check(left.toByteArray(), frames, before);
    }

    private static void write(
            Outbound outbound, ByteArrayOutputStream left, Random random, @Nullable ByteBuffer piece) {
        if (piece != null) {
            byte[] some = new byte[1 + random.nextInt(piece.remaining())];
            piece.get(some);
            left.writeBytes(some);
            boolean unused = outbound.sent(some.length);
        }
    }

    /// `begun` bytes were out of reach when the content was taken back.
    private static void check(byte[] wire, int frames, int begun) {
        int at = 0;
        int seen = 0;
        while (at < wire.length) {
            int length = wire[at + 1];
            String text = new String(wire, at + 2, length, StandardCharsets.UTF_8);
            assertTrue(
                    at < begun ? text.matches("secretx*") : text.equals("gone"), text + " at " + at + " of " + begun);
            at += 2 + length;
            seen++;
        }
        assertEquals(frames, seen);
    }

    @Test
    void anIdleConnectionHasNothingToPurge() {
        // The walk over all sessions costs an idle one next to nothing.
        Outbound outbound = new Outbound(1_000, 8);
        outbound.purge();
        assertEquals(0, outbound.pending());
    }
}
