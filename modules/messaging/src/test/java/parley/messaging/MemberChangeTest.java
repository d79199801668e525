package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.MemberChange.Change;

/// What a member entry says.
final class MemberChangeTest {
    @Test
    void whatIsWrittenIsRead() {
        // Contract: `member` {"account","change":"added|removed|left|role","role"}.
        for (Change change : Change.values()) {
            for (Role role : Role.values()) {
                MemberChange one = new MemberChange(new AccountId(Long.MAX_VALUE), change, role);
                assertEquals(Optional.of(one), MemberChange.of(entry(EntryKind.MEMBER, one.detail())));
            }
        }
        assertEquals(
                "{\"account\":\"42\",\"change\":\"added\",\"role\":\"owner\"}",
                new String(
                        new MemberChange(new AccountId(42), Change.ADDED, Role.OWNER).detail(),
                        StandardCharsets.UTF_8));
    }

    @Test
    void otherEntriesSayNothingOfMembersAndBrokenOnesAreABug() {
        // MemberChange.of: empty for another kind.
        assertEquals(Optional.empty(), MemberChange.of(entry(EntryKind.MESSAGE, new byte[0])));
        assertThrows(IllegalStateException.class, () -> MemberChange.of(entry(EntryKind.MEMBER, new byte[] {'{'})));
    }

    private static Entry entry(EntryKind kind, byte[] detail) {
        return new Entry(
                new ConversationId(1),
                1,
                kind,
                new AccountId(1),
                null,
                0,
                0,
                0,
                detail,
                new byte[0],
                Entry.Revision.NONE);
    }
}
