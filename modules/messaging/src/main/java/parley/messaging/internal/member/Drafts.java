package parley.messaging.internal.member;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import parley.history.EntryKind;
import parley.history.NewEntry;
import parley.kernel.AccountId;
import parley.messaging.ConversationView.Kind;
import parley.messaging.MemberChange;
import parley.messaging.MemberChange.Change;
import parley.messaging.Role;

/// The entries that conversations and members change by, before they have numbers. Pure.
public final class Drafts {
    private Drafts() {}

    public static NewEntry member(AccountId account, Change change, Role role) {
        return NewEntry.stated(EntryKind.MEMBER, new MemberChange(account, change, role).detail());
    }

    public static NewEntry muted(AccountId account, Role role, long until) {
        return NewEntry.stated(EntryKind.MEMBER, new MemberChange(account, Change.MUTED, role, until).detail());
    }

    public static NewEntry title(String title) {
        return NewEntry.stated(EntryKind.TITLE, ("{\"title\":" + quoted(title) + "}").getBytes(StandardCharsets.UTF_8));
    }

    /// One entry per founder, the creator first; then a group's title.
    public static List<NewEntry> founding(Intent.Found found) {
        List<NewEntry> entries = new ArrayList<>(found.founders().size() + 1);
        for (AccountId founder : found.founders()) {
            boolean owns = found.kind() == Kind.GROUP && entries.isEmpty();
            entries.add(member(founder, Change.ADDED, owns ? Role.OWNER : Role.MEMBER));
        }
        if (found.kind() == Kind.GROUP) {
            entries.add(title(found.title()));
        }
        return entries;
    }

    static String quoted(String text) {
        StringBuilder json = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append("\\u00").append(HexFormat.of().toHexDigits((byte) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
