package parley.messaging;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import parley.history.Entry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// A hub that keeps what it is told and checks on the way that nothing of one conversation comes twice,
/// out of order, with a hole, or on two threads at once.
final class RecordingHub implements FeedListener {
    private final Feeds feeds;
    private final Map<ConversationId, List<Entry>> entries = new ConcurrentHashMap<>();
    private final Map<ConversationId, AtomicInteger> inside = new ConcurrentHashMap<>();
    final Queue<String> told = new ConcurrentLinkedQueue<>();
    final Queue<Long> recalls = new ConcurrentLinkedQueue<>();
    final Queue<String> faults = new ConcurrentLinkedQueue<>();
    final Set<AccountId> connected = ConcurrentHashMap.newKeySet();
    final Set<AccountId> lacking = ConcurrentHashMap.newKeySet();
    volatile Consumer<List<Entry>> onEntries = any -> {};
    volatile Runnable onAdded = () -> {};
    volatile Runnable onAsked = () -> {};

    RecordingHub(Feeds feeds) {
        this.feeds = feeds;
        feeds.listen(this);
    }

    @Override
    public void entries(ConversationId conversation, List<Entry> next) {
        AtomicInteger threads = inside.computeIfAbsent(conversation, any -> new AtomicInteger());
        if (threads.incrementAndGet() != 1) {
            boolean unused = faults.add("two threads in " + conversation);
        }
        List<Entry> all = entries.computeIfAbsent(conversation, any -> new ArrayList<>());
        told.add("entries " + next.getFirst().seq() + " to " + next.getLast().seq());
        synchronized (all) {
            for (Entry entry : next) {
                if (!all.isEmpty() && entry.seq() != all.getLast().seq() + 1) {
                    boolean unused = faults.add(
                            "in " + conversation + " after " + all.getLast().seq() + " came " + entry.seq());
                }
                all.add(entry);
            }
        }
        boolean unused;
        try {
            onEntries.accept(next);
        } finally {
            int left = threads.decrementAndGet();
            if (left != 0) {
                unused = faults.add("another thread in " + conversation);
            }
        }
    }

    @Override
    public void added(AccountId account, ConversationId conversation, long seq, long visibleFrom) {
        boolean unused = told.add("added " + account + " by " + seq + " from " + visibleFrom);
        onAdded.run();
        feeds.follow(conversation);
    }

    @Override
    public void shown(AccountId account, ConversationId conversation, long head) {
        boolean unused = told.add("shown " + account + " above " + head);
        feeds.follow(conversation);
        feeds.reached(conversation, head);
    }

    @Override
    public void recalled(ConversationId conversation, long seq) {
        boolean unused = recalls.add(seq);
    }

    @Override
    public void personal(AccountId account, PersonalEvent event) {
        boolean unused = told.add("personal " + account + " " + event);
    }

    @Override
    public boolean isConnected(AccountId account) {
        onAsked.run();
        return connected.contains(account);
    }

    @Override
    public boolean lacks(AccountId account, ConversationId conversation) {
        return lacking.contains(account);
    }

    List<Long> seqs(ConversationId conversation) {
        List<Entry> all = entries.getOrDefault(conversation, List.of());
        synchronized (all) {
            return all.stream().map(Entry::seq).toList();
        }
    }

    List<Entry> entries(ConversationId conversation) {
        List<Entry> all = entries.getOrDefault(conversation, List.of());
        synchronized (all) {
            return List.copyOf(all);
        }
    }
}
