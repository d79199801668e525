package parley.sessions.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
        assertFalse(outbound.sent(outbound.fill(new byte[600])));
        assertTrue(outbound.sent(outbound.fill(new byte[200])));
        assertFalse(outbound.sent(outbound.fill(new byte[200])));
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
        assertFalse(outbound.sent(outbound.fill(new byte[100])));
        assertEquals(0, outbound.fill(new byte[100]));
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
                    byte[] buffer = new byte[1 + random.nextInt(300)];
                    int filled = queue.fill(buffer);
                    left.write(buffer, 0, filled);
                    var _ = queue.sent(filled);
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

    private byte[] fill(int bytes) {
        byte[] buffer = new byte[bytes];
        int filled = outbound.fill(buffer);
        var _ = outbound.sent(filled);
        return java.util.Arrays.copyOf(buffer, filled);
    }

    private static byte[] wire(Frame frame) {
        byte[] wire = new byte[frame.size()];
        frame.copyTo(wire, 0, 0, frame.size());
        return wire;
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes);
    }
}
