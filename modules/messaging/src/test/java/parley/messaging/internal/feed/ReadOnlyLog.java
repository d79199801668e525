package parley.messaging.internal.feed;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import parley.history.Append;
import parley.history.AppendResult;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.history.Head;
import parley.history.History;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Probe;

/// The log of one conversation as a feed reads it: its head, and forward, two entries at a time.
abstract class ReadOnlyLog implements History {
    private static final int PAGE = 2;

    private final Head head;

    ReadOnlyLog(ConversationId conversation, long head) {
        this.head = new Head(conversation, head, head, 0, 1, 0, 0);
    }

    abstract Entry at(long seq);

    /// A message as any.
    static Entry message(ConversationId conversation, long seq, String body) {
        return new Entry(
                conversation,
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

    @Override
    public Map<ConversationId, Head> heads(Collection<ConversationId> conversations) {
        return Map.of(head.conversation(), head);
    }

    @Override
    public List<Entry> readForward(Head known, long after, int limit) {
        List<Entry> entries = new ArrayList<>();
        for (long seq = after + 1; seq <= Math.min(after + Math.min(limit, PAGE), known.head()); seq++) {
            entries.add(at(seq));
        }
        return entries;
    }

    @Override
    public List<Changed> changed(long from, long to, long after, int limit) {
        throw new UnsupportedOperationException("a feed asks for heads that it knows of");
    }

    @Override
    public Map<ConversationId, Entry> newest(Collection<Head> heads) {
        throw new UnsupportedOperationException("a feed reads forward");
    }

    @Override
    public List<Entry> readBackward(Head known, long before, int limit) {
        throw new UnsupportedOperationException("a feed reads forward");
    }

    @Override
    public void append(Append append, Consumer<? super AppendResult> done) {
        throw new UnsupportedOperationException("a feed only reads");
    }

    @Override
    public AppendResult append(Append append) {
        throw new UnsupportedOperationException("a feed only reads");
    }

    @Override
    public Optional<AppendResult> repeated(Append append) {
        throw new UnsupportedOperationException("a feed only reads");
    }

    @Override
    public String epoch() {
        return "e";
    }

    @Override
    public List<Probe> probes() {
        return List.of();
    }
}
