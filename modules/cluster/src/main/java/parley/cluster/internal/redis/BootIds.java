package parley.cluster.internal.redis;

import java.util.HexFormat;

/// Boot ids as numbers, as they travel.
final class BootIds {
    private BootIds() {}

    static long number(String bootId) {
        return HexFormat.fromHexDigitsToLong(bootId);
    }

    static String text(long number) {
        return HexFormat.of().toHexDigits(number);
    }
}
