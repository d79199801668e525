package parley.messaging;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.kernel.AccountId;

/// What a `member` entry says: `account` was added, removed, left, has another role, or was muted.
/// `role` is the one it has now, or had last. `until` is the end of a mute in milliseconds since 1970
/// UTC by the database's clock, 0 for one that was ended, and 0 in all other changes.
public record MemberChange(AccountId account, Change change, Role role, long until) {
    private static final Pattern DETAIL =
            Pattern.compile("\\{\"account\":\"([0-9]{1,19})\",\"change\":\"(added|removed|left|role|muted)\","
                    + "\"role\":\"([a-z]+)\"(?:,\"until\":([0-9]{1,16}))?}");

    /// A change that is no mute.
    public MemberChange(AccountId account, Change change, Role role) {
        this(account, change, role, 0);
    }

    public enum Change {
        ADDED,
        REMOVED,
        LEFT,
        ROLE,
        MUTED;

        private final String text = name().toLowerCase(Locale.ROOT);

        /// As on the wire: `added`, `removed`, `left`, `role`, `muted`.
        public String text() {
            return text;
        }
    }

    /// What `entry` says; empty when it is of another kind.
    public static Optional<MemberChange> of(Entry entry) {
        return entry.kind() == EntryKind.MEMBER ? Optional.of(parse(entry.detail())) : Optional.empty();
    }

    /// True when the account is no member any more.
    public boolean endsMembership() {
        return change == Change.REMOVED || change == Change.LEFT;
    }

    /// The detail of the entry that says this, as [#of] reads it.
    public byte[] detail() {
        String end = change == Change.MUTED ? "\",\"until\":" + until + "}" : "\"}";
        return ("{\"account\":\"" + account + "\",\"change\":\"" + change.text() + "\",\"role\":\"" + role.text() + end)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static MemberChange parse(byte[] detail) {
        Matcher matcher = DETAIL.matcher(new String(detail, StandardCharsets.UTF_8));
        if (!matcher.matches()) {
            throw new IllegalStateException("a member entry has a detail that was not written here");
        }
        return new MemberChange(
                AccountId.parse(matcher.group(1)).orElseThrow(),
                Change.valueOf(matcher.group(2).toUpperCase(Locale.ROOT)),
                Role.parse(matcher.group(3)).orElseThrow(),
                matcher.group(4) == null ? 0 : Long.parseLong(matcher.group(4)));
    }
}
