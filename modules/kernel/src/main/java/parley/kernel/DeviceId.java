package parley.kernel;

import java.util.Optional;

/// Id of a device, one installation of an account: a positive, time-sorted 63-bit number, in text always
/// decimal.
public record DeviceId(long value) implements Comparable<DeviceId> {
    public DeviceId {
        IdSource.requireId(value);
    }

    /// The id that `text` names: 1 to 19 digits without sign or leading zero. Empty for anything else.
    public static Optional<DeviceId> parse(String text) {
        return IdSource.parse(text).map(DeviceId::new);
    }

    @Override
    public int compareTo(DeviceId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
