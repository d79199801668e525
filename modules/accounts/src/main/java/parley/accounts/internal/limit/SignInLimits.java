package parley.accounts.internal.limit;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// How often sign-in may fail: for each handle and for each client address, on this node. Whoever is
/// signed in is not touched by it. Thread-safe.
public final class SignInLimits {
    private static final int KEYS_MAX = 100_000;
    private static final int IPV6_PREFIX_BYTES = 8;
    private static final int ADDRESS_CHARS_MAX = 64;

    private final AttemptWindows byHandle;
    private final AttemptWindows byAddress;

    public SignInLimits(int failuresPerHandle, int failuresPerAddress, Duration window) {
        this.byHandle = new AttemptWindows(failuresPerHandle, window, true, KEYS_MAX);
        // Not strict: a crowd behind one address that signs in at once with right passwords may pass.
        this.byAddress = new AttemptWindows(failuresPerAddress, window, false, KEYS_MAX);
    }

    /// Announces a sign-in: null when it may be tried, and then [#end] must follow; else how long to
    /// wait. `handle` null = text that can be no handle; it counts for the address alone.
    public @Nullable Duration begin(@Nullable String handle, String address, long nowMillis) {
        String source = addressKey(address);
        Duration wait = byAddress.begin(source, nowMillis);
        if (wait != null || handle == null) {
            return wait;
        }
        wait = byHandle.begin(handle, nowMillis);
        if (wait != null) {
            byAddress.end(source, nowMillis, false);
        }
        return wait;
    }

    /// Ends a sign-in that [#begin] let pass.
    public void end(@Nullable String handle, String address, long nowMillis, boolean failed) {
        byAddress.end(addressKey(address), nowMillis, failed);
        if (handle != null) {
            byHandle.end(handle, nowMillis, failed);
        }
    }

    /// What an address counts as: itself, or its /64, which is what one IPv6 customer has.
    static String addressKey(String address) {
        String text = address.length() > ADDRESS_CHARS_MAX ? address.substring(0, ADDRESS_CHARS_MAX) : address;
        try {
            return InetAddress.ofLiteral(text) instanceof Inet6Address six
                    ? HexFormat.of().formatHex(six.getAddress(), 0, IPV6_PREFIX_BYTES)
                    : text;
        } catch (IllegalArgumentException notAnAddress) {
            return text;
        }
    }
}
