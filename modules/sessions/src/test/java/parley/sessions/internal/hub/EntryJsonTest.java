package parley.sessions.internal.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

class EntryJsonTest {

    private static String render(EntryKind kind, @Nullable String clientId, String detail, String body) {
        Entry entry = new Entry(
                new ConversationId(5),
                3,
                kind,
                new AccountId(9),
                clientId,
                0,
                1_700_000_000_000L,
                1,
                detail.getBytes(StandardCharsets.UTF_8),
                body.getBytes(StandardCharsets.UTF_8),
                Entry.Revision.NONE);
        return new String(EntryJson.render(entry), StandardCharsets.UTF_8);
    }

    @Test
    void aMessageCarriesItsIdAndItsBodyByteForByte() {
        // An entry's fields are those of the protocol page; the body comes back as it was sent.
        assertEquals(
                "{\"seq\":3,\"kind\":\"message\",\"author\":\"9\",\"time\":1700000000000,\"id\":\"a\\\"\\\\é\",\"body\":{ \"text\" : \"hi\" }}",
                render(EntryKind.MESSAGE, "a\"\\é", "", "{ \"text\" : \"hi\" }"));
    }

    @Test
    void aMessageWithoutIdHasNone() {
        // A plain publish has no client message id.
        assertEquals(
                "{\"seq\":3,\"kind\":\"message\",\"author\":\"9\",\"time\":1700000000000,\"body\":{}}",
                render(EntryKind.MESSAGE, null, "", "{}"));
    }

    @Test
    void whatTheServerStatesStandsBesideTheOthers() {
        // A member entry's change and a title are members of the entry itself.
        assertEquals(
                "{\"seq\":3,\"kind\":\"member\",\"author\":\"9\",\"time\":1700000000000,\"account\":\"7\",\"change\":\"added\",\"role\":\"member\"}",
                render(EntryKind.MEMBER, null, "{\"account\":\"7\",\"change\":\"added\",\"role\":\"member\"}", ""));
        assertEquals(
                "{\"seq\":3,\"kind\":\"title\",\"author\":\"9\",\"time\":1700000000000,\"title\":\"Tea\"}",
                render(EntryKind.TITLE, "x", "{\"title\":\"Tea\"}", ""));
    }
}
