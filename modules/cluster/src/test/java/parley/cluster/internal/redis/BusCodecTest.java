package parley.cluster.internal.redis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import parley.kernel.Secret;
import parley.testkit.Seeds;

/// Entries of the streams as bytes.
final class BusCodecTest {
    private static final String STREAM = ClusterKeys.partition(11);

    private final Seal seal = new Seal(new Secret("the cluster's secret"));
    private final BusCodec codec = new BusCodec(seal);

    @Test
    void whatIsWrittenIsRead() throws Exception {
        // BusCodec: all four kinds, with who wrote them and his number.
        var hints = new BusMessage.Hints(-5, 7, List.of(new byte[0], new byte[] {1, 2}));
        var read = assertInstanceOf(BusMessage.Hints.class, codec.decode(STREAM, codec.encode(STREAM, hints)));
        assertEquals(-5, read.boot());
        assertEquals(7, read.counter());
        assertEquals(2, read.payloads().size());
        assertArrayEquals(new byte[] {1, 2}, read.payloads().get(1));
        var signals = new BusMessage.Signals(1, 2, List.of(new BusMessage.Signal(4, new byte[] {9})));
        var heard = assertInstanceOf(BusMessage.Signals.class, codec.decode(STREAM, codec.encode(STREAM, signals)));
        assertEquals(4, heard.signals().getFirst().topic());
        assertArrayEquals(new byte[] {9}, heard.signals().getFirst().payload());
        var beat = new BusMessage.Beat(1, 3, new long[] {1, 2, 3, 4, 5, 6, 7, Long.MAX_VALUE});
        var beaten = assertInstanceOf(BusMessage.Beat.class, codec.decode(STREAM, codec.encode(STREAM, beat)));
        assertArrayEquals(beat.partitions(), beaten.partitions());
        var goodbye = new BusMessage.Goodbye(1, 4);
        assertEquals(goodbye, codec.decode(STREAM, codec.encode(STREAM, goodbye)));
    }

    @Test
    void onlyWhatANodeOfThisClusterWroteToThisVeryStreamIsBelieved() {
        // S25: HMAC under a key of `cluster.secret` over the stream's name and everything in the entry.
        byte[] good = codec.encode(STREAM, new BusMessage.Hints(1, 1, List.of(new byte[] {1})));
        assertEquals("signature", refusal(codec, ClusterKeys.partition(12), good));
        assertEquals("signature", refusal(new BusCodec(new Seal(new Secret("another one"))), STREAM, good));
        assertEquals("signature", refusal(codec, STREAM, Arrays.copyOf(good, good.length - 1)));
        assertEquals("signature", refusal(codec, STREAM, new byte[0]));
        for (int i = 0; i < good.length; i++) {
            byte[] changed = good.clone();
            changed[i] ^= 1;
            assertEquals("signature", refusal(codec, STREAM, changed));
        }
        assertEquals("long", refusal(codec, STREAM, new byte[BusCodec.ENTRY_BYTES_MAX + 1]));
    }

    @Test
    void anEntryOfAnotherVersionIsProvenButNotRead() {
        // Design 5, versions N-1/N: the proof stays where it is, what is unknown is a reason to read the log.
        byte[] next = codec.encode(STREAM, new BusMessage.Hints(1, 1, List.of()));
        next[0] = BusCodec.VERSION + 1;
        seal.seal(STREAM, next);
        assertEquals("version", refusal(codec, STREAM, next));
        next[0] = BusCodec.VERSION;
        next[1] = 99;
        seal.seal(STREAM, next);
        assertEquals("kind", refusal(codec, STREAM, next));
    }

    @Test
    void whatIsBrokenUnderAGoodProofHarmsNobody() {
        // A reader never ends by what it reads, not even by a fault of a node that knows the secret.
        Seeds.each(50, seed -> {
            Random random = new Random(seed);
            byte[] good = codec.encode(STREAM, new BusMessage.Hints(1, 1, List.of(new byte[20], new byte[3])));
            for (int i = 0; i < 100; i++) {
                byte[] broken = Arrays.copyOf(good, Seal.BYTES + random.nextInt(good.length));
                for (int flips = random.nextInt(6); flips > 0; flips--) {
                    broken[random.nextInt(broken.length)] = (byte) random.nextInt();
                }
                seal.seal(STREAM, broken);
                try {
                    assertTrue(codec.decode(STREAM, broken).boot() != Long.MIN_VALUE);
                } catch (BusCodec.Unreadable expected) {
                    assertTrue(expected.reason().length() < 20);
                }
            }
        });
    }

    private static String refusal(BusCodec codec, String stream, byte[] bytes) {
        return assertThrows(BusCodec.Unreadable.class, () -> codec.decode(stream, bytes))
                .reason();
    }
}
