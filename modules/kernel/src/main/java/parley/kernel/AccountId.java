package parley.kernel;

import java.util.Optional;

/// Id of a account, a registered person or bot: a positive, time-sorted 63-bit number, in text always
/// decimal.
public record AccountId(long value) implements Comparable<AccountId> {
    public AccountId {
        IdSource.requireId(value);
    }

    /// The id that `text` names: 1 to 19 digits without sign or leading zero. Empty for anything else.
    public static Optional<AccountId> parse(String text) {
        return IdSource.parse(text).map(AccountId::new);
    }

    @Override
    public int compareTo(AccountId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
