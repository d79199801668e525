package parley.messaging.internal.conversation;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import parley.kernel.AccountId;
import parley.messaging.Conversations.Refusal.Invalid;
import parley.messaging.internal.send.BodyRules;

/// Rules of what clients hand in, each with the sentence that says so. Pure.
final class Inputs {
    static final int PAGE_MAX = 100;
    static final int SYNC_PAGE_MAX = 200;
    private static final int TITLE_CHARS_MAX = 64;

    private Inputs() {}

    static Optional<Invalid> id(String id) {
        return rule(BodyRules.isClientId(id), "id", "1 to 64 bytes");
    }

    static Optional<Invalid> title(String title) {
        int characters = title.codePointCount(0, title.length());
        boolean fits = characters >= 1 && characters <= TITLE_CHARS_MAX;
        boolean clean = title.codePoints().noneMatch(c -> Character.isISOControl(c) || isHalf(c));
        return rule(fits && clean, "title", "1 to 64 characters, no control characters");
    }

    static Optional<Invalid> limit(int limit, int most) {
        return rule(limit >= 1 && limit <= most, "limit", "1 to " + most);
    }

    static Optional<Invalid> rule(boolean holds, String field, String rule) {
        return holds ? Optional.empty() : Optional.of(new Invalid(field, rule));
    }

    /// `first`, then those of `others` that were not named before, in order.
    static List<AccountId> distinct(AccountId first, List<AccountId> others) {
        Set<AccountId> distinct = new LinkedHashSet<>();
        distinct.add(first);
        distinct.addAll(others);
        return List.copyOf(distinct);
    }

    /// A code point that is half of a surrogate pair, which UTF-8 does not have.
    private static boolean isHalf(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
