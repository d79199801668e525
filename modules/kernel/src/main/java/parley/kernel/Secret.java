package parley.kernel;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// A value that must not be shown: it prints as `***`, compares in constant time, and cannot be
/// serialised. Only [#reveal()] gives the text, so a search for that name finds every place where a
/// secret leaves its wrapper.
public final class Secret {
    private final String value;

    public Secret(String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("a secret must not be empty");
        }
        this.value = value;
    }

    /// The text itself, for the one call that needs it.
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that
                && MessageDigest.isEqual(
                        value.getBytes(StandardCharsets.UTF_8), that.value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return 0;
    }

    @Override
    public String toString() {
        return "***";
    }
}
