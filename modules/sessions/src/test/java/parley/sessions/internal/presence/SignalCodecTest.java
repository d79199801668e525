package parley.sessions.internal.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.testkit.Seeds;

class SignalCodecTest {
    private static final AccountId ANNA = new AccountId(Long.MAX_VALUE);
    private static final ConversationId TALK = new ConversationId(7);

    private static final List<Signal> ALL = List.of(
            new Signal.Typing(ANNA, TALK),
            new Signal.Presence(ANNA, true, 0, List.of(TALK, new ConversationId(8))),
            new Signal.Presence(ANNA, false, 1_700_000_000_000L, List.of()),
            new Signal.Presence(ANNA, false, 1_700_000_000_000L, null),
            new Signal.Roll(
                    3,
                    1,
                    2,
                    LongStream.rangeClosed(1, PresenceLimits.ROLL_PART_ACCOUNTS)
                            .mapToObj(AccountId::new)
                            .toList()),
            new Signal.Crowd(TALK, 4, 9));

    @Test
    void whatIsToldIsHeard() {
        // Promise: a signal arrives as it was told, also when a later version appended something to it.
        for (Signal signal : ALL) {
            byte[] bytes = SignalCodec.encode(signal);
            assertEquals(signal, SignalCodec.decode(bytes));
            assertEquals(signal, SignalCodec.decode(Arrays.copyOf(bytes, bytes.length + 5)));
            assertEquals(true, bytes.length <= 16 * 1024, "fits into a signal");
        }
    }

    @Test
    void whatCannotBeReadIsIgnored() {
        // Promise: nodes of the next version may send more than this one knows; nothing that arrives is a fault.
        assertNull(SignalCodec.decode(new byte[0]));
        assertNull(SignalCodec.decode(new byte[] {99, 1, 2, 3}));
        for (Signal signal : ALL) {
            byte[] bytes = SignalCodec.encode(signal);
            assertNull(SignalCodec.decode(Arrays.copyOf(bytes, bytes.length - 1)));
        }
        Seeds.each(100, seed -> {
            Random random = new Random(seed);
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            Signal unused = SignalCodec.decode(noise);
        });
    }
}
