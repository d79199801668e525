package parley.history.internal.hot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.history.wiring.HistoryConfig.HotLimits;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// What was read before a change and comes late is not kept, whatever became of the newer window.
final class LateFillTest {
    private static final ConversationId CONVERSATION = new ConversationId(1);

    private static Entry entry(long seq, String body) {
        return new Entry(
                CONVERSATION,
                seq,
                EntryKind.MESSAGE,
                new AccountId(1),
                null,
                0,
                0,
                seq,
                new byte[0],
                body.getBytes(StandardCharsets.UTF_8),
                Entry.Revision.NONE);
    }

    @Test
    void aLateFillIsNotKeptBesideANewerWindow() {
        // Cached windows carry mutated_seq.
        NodeWindows windows = new NodeWindows(HotLimits.defaults(), new NewestChanges());
        windows.add(CONVERSATION, 0, List.of(entry(1, "old")));
        windows.add(CONVERSATION, 2, List.of(entry(2, "a change")));
        windows.add(CONVERSATION, 0, List.of(entry(1, "old")));
        assertEquals(List.of(2L), windows.all().stream().map(Entry::seq).toList());
    }

    @Test
    void aLateFillIsNotKeptWhenTheNewerWindowIsGone() {
        // A window may be evicted at any time; the change that it showed is remembered for minutes.
        HotLimits usual = HotLimits.defaults();
        HotLimits none = new HotLimits(usual.entriesMax(), usual.bytesMax(), 0, Duration.ofHours(1));
        NewestChanges changes = new NewestChanges();
        new NodeWindows(none, changes).add(CONVERSATION, 2, List.of(entry(2, "a change")));
        NodeWindows windows = new NodeWindows(usual, changes);
        windows.add(CONVERSATION, 0, List.of(entry(1, "old")));
        assertEquals(List.of(), windows.all());
    }
}
