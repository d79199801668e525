package parley.sessions.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import parley.sessions.Disconnect;
import parley.testkit.Seeds;

final class OutboundTest {

    private static final int BYTES_MAX = 1_000;
    private static final int FRAMES_MAX = 8;

    private final Outbound outbound = new Outbound(BYTES_MAX, FRAMES_MAX);

    // T27: what has gathered leaves in one piece, in order.
    @Test
    void whatHasGatheredLeavesTogether() {
        offer("a");
        offer("b");
        offer("c");
        assertEquals("81016181016281016" + "3", hex(fill(100)));
        assertEquals(0, fill(100).length);
        assertEquals(0, outbound.pending());
    }

    // T26: the queue is bounded by bytes; an empty one takes any frame.
    @Test
    void aFrameThatDoesNotFitIsRefused() {
        assertEquals(Written.TAKEN, outbound.offer(Frame.binary(new byte[5 * BYTES_MAX])));
        assertEquals(Written.FULL, outbound.offer(Frame.binary(new byte[1])));
    }

    // T26: the queue is bounded by frames.
    @Test
    void theNinthFrameIsRefused() {
        for (int n = 0; n < FRAMES_MAX; n++) {
            assertEquals(Written.TAKEN, outbound.offer(Frame.binary(new byte[1])));
        }
        assertEquals(Written.FULL, outbound.offer(Frame.binary(new byte[1])));
    }

    // T26: drained is due once, when a quarter is left, and only after a refusal.
    @Test
    void drainedIsDueOnceAfterARefusal() {
        assertEquals(Written.TAKEN, outbound.offer(Frame.binary(new byte[900])));
        assertEquals(Written.FULL, outbound.offer(Frame.binary(new byte[500])));
        assertEquals(Written.FULL, outbound.offer(Frame.binary(new byte[500])));
        assertTrue(outbound.claimWriter());
        assertFalse(send(600));
        assertTrue(send(200));
        assertFalse(send(200));
        assertEquals(Written.TAKEN, outbound.offer(Frame.binary(new byte[500])));
    }

    // T25: pongs go first, but not into the middle of a frame; of many the oldest are dropped.
    @Test
    void pongsGoBetweenFrames() {
        offer("long");
        offer("next");
        assertEquals("8104", hex(fill(2)));
        outbound.offerPong(Frame.pong(new byte[] {1}, 0, 1));
        assertEquals("6c6f6e67" + "8a0101" + "8104" + "6e657874", hex(fill(100)));
        for (int n = 0; n < 100; n++) {
            outbound.offerPong(Frame.pong(new byte[] {(byte) n}, 0, 1));
        }
        assertEquals(32 * 3, outbound.pending());
        assertEquals("8a0144", hex(fill(3)));
    }

    // T29: behind the close frame nothing is taken.
    @Test
    void theCloseFrameIsTheLast() {
        offer("a");
        outbound.offerClose(Frame.close(new Disconnect(1000, "")));
        assertEquals(Written.CLOSED, outbound.offer(Frame.text(new byte[1])));
        outbound.offerPong(Frame.pong(new byte[1], 0, 1));
        outbound.offerClose(Frame.close(new Disconnect(1001, "")));
        assertEquals("810161880203e8", hex(fill(100)));
    }

    // Only one writer at a time, and none for nothing.
    @Test
    void oneWriterHasTheClaim() {
        assertFalse(outbound.claimWriter());
        offer("a");
        assertTrue(outbound.claimWriter());
        offer("b");
        assertFalse(outbound.claimWriter());
        assertFalse(send(100));
        assertNull(outbound.next(100));
        assertFalse(outbound.claimWriter());
        offer("c");
        assertTrue(outbound.claimWriter());
    }

    // T26: whatever is offered and however it is taken out, the bytes are those of the taken frames in order.
    @Test
    void bytesLeaveInOrder() {
        Seeds.each(50, seed -> {
            Random random = new Random(seed);
            Outbound queue = new Outbound(BYTES_MAX, FRAMES_MAX);
            ByteArrayOutputStream taken = new ByteArrayOutputStream();
            ByteArrayOutputStream left = new ByteArrayOutputStream();
            List<Integer> pending = new ArrayList<>();
            for (int n = 0; n < 500; n++) {
                Frame frame = Frame.binary(new byte[random.nextInt(400)]);
                if (random.nextBoolean() && queue.offer(frame) == Written.TAKEN) {
                    taken.writeBytes(wire(frame));
                } else {
                    ByteBuffer piece = queue.next(1 + random.nextInt(300));
                    int sent = piece == null ? 0 : random.nextInt(piece.remaining() + 1);
                    left.writeBytes(bytes(piece, sent));
                    var _ = queue.sent(sent);
                }
                pending.add(queue.pending() - (taken.size() - left.size()));
            }
            assertTrue(pending.stream().allMatch(difference -> difference == 0), pending::toString);
            assertEquals(hex(taken.toByteArray()).substring(0, 2 * left.size()), hex(left.toByteArray()));
        });
    }

    private void offer(String text) {
        assertEquals(Written.TAKEN, outbound.offer(Frame.text(text.getBytes(StandardCharsets.UTF_8))));
    }

    /// Takes and sends up to so many bytes.
    private byte[] fill(int bytes) {
        byte[] filled = new byte[0];
        for (ByteBuffer piece = outbound.next(bytes);
                piece != null && filled.length < bytes;
                piece = outbound.next(bytes - filled.length)) {
            byte[] more = bytes(piece, piece.remaining());
            var _ = outbound.sent(more.length);
            filled = Arrays.copyOf(filled, filled.length + more.length);
            System.arraycopy(more, 0, filled, filled.length - more.length, more.length);
        }
        return filled;
    }

    private boolean send(int bytes) {
        ByteBuffer piece = outbound.next(bytes);
        return outbound.sent(piece == null ? 0 : piece.remaining());
    }

    private static byte[] bytes(@Nullable ByteBuffer piece, int length) {
        byte[] bytes = new byte[length];
        if (piece != null) {
            piece.get(bytes);
        }
        return bytes;
    }

    private static byte[] wire(Frame frame) {
        byte[] wire = new byte[frame.size()];
        frame.copyTo(wire, 0, 0, frame.size());
        return wire;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
