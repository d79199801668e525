package parley.sessions.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import parley.testkit.Seeds;

final class Utf8Test {

    // T20: the check agrees with the JDK's decoder on every sequence of two bytes, and of three and four at the edges.
    @Test
    void agreesWithTheDecoderOnShortSequences() {
        for (int first = 0; first < 256; first++) {
            for (int second = 0; second < 256; second++) {
                agrees(new byte[] {(byte) first, (byte) second});
                for (int third : first < 0xe0 ? new int[0] : new int[] {0x7f, 0x80, 0xbf, 0xc0}) {
                    agrees(new byte[] {(byte) first, (byte) second, (byte) third});
                    agrees(new byte[] {(byte) first, (byte) second, (byte) third, (byte) 0x80});
                    agrees(new byte[] {(byte) first, (byte) second, (byte) 0x80, (byte) third});
                }
            }
        }
    }

    // T20, T23: long texts with one flipped bit, cut at any place, give the same verdict.
    @Test
    void agreesWithTheDecoderOnDamagedTexts() {
        byte[] good = "plain ascii of some length, \u00e9\u00df\u20ac\ud83d\ude00 and \u4e2d\u6587 at the end"
                .getBytes(StandardCharsets.UTF_8);
        Seeds.each(20, seed -> {
            Random random = new Random(seed);
            for (int n = 0; n < 1_000; n++) {
                byte[] text = good.clone();
                text[random.nextInt(text.length)] ^= (byte) (random.nextInt(3) << random.nextInt(8));
                agrees(text);
                int cut = random.nextInt(text.length);
                int state = Utf8.check(Utf8.WHOLE, text, 0, cut);
                int inTwo = state == Utf8.INVALID ? state : Utf8.check(state, text, cut, text.length);
                assertEquals(Utf8.check(Utf8.WHOLE, text, 0, text.length), inTwo);
            }
        });
    }

    private static void agrees(byte[] bytes) {
        boolean whole = Utf8.check(Utf8.WHOLE, bytes, 0, bytes.length) == Utf8.WHOLE;
        assertEquals(decodes(bytes), whole, () -> java.util.HexFormat.of().formatHex(bytes));
    }

    private static boolean decodes(byte[] bytes) {
        try {
            var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
