package parley.sessions.internal.presence;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.accounts.LastSeen;
import parley.cluster.Cluster;
import parley.cluster.Node;
import parley.cluster.NodeWatch;
import parley.cluster.Signals.Topic;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.sessions.internal.presence.PresenceMetrics.Reason;

/// The other nodes: tells them what happens here, and keeps what they tell until it is told on. Changes
/// of this node's own accounts go through here as well, so that somebody who is online at two nodes is
/// told of as one person. Thread-safe; nothing here blocks.
final class Elsewhere {
    private final Cluster cluster;
    private final String self;
    private final int graceMillis;
    private final Parts parts;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Heard heard;

    /// A node joined that knows nobody yet, or others took this one for gone.
    private volatile boolean wantsRoll = true;

    /// The rest is the ticking thread's: when the roll is called next, and what is left of the one that
    /// is being called.
    private long rollMillis;

    private long tickedMillis;

    private final Deque<List<AccountId>> left = new ArrayDeque<>();
    private long round;
    private int partsOfRound;

    /// What it stands on, beside the nodes.
    record Parts(LastSeen lastSeen, PresenceMetrics metrics, LongSupplier millis, InstantSource clock) {}

    Elsewhere(Cluster cluster, int graceMillis, Parts parts) {
        this.cluster = cluster;
        this.self = cluster.self().bootId();
        this.graceMillis = graceMillis;
        this.parts = parts;
        this.heard = new Heard(parts.metrics());
        this.tickedMillis = parts.millis().getAsLong();
    }

    /// Hears the others from now on.
    void listen() {
        cluster.signals().listen(Topic.PRESENCE, this::received);
        cluster.signals().listen(Topic.TYPING, this::received);
        cluster.watch(new NodeWatch() {
            @Override
            public void joined(Node node) {
                wantsRoll = true;
            }

            @Override
            public void left(Node node) {
                note(all -> all.everywhere.left(node.bootId(), due(), wall()));
            }

            @Override
            public void back() {
                wantsRoll = true;
            }
        });
    }

    /// To the other nodes.
    void typing(Signal.Typing signal) {
        cluster.signals().publish(Topic.TYPING, signal.conversation().value(), SignalCodec.encode(signal));
    }

    /// A change at this node: to the others, and to be told here if nothing elsewhere speaks against it.
    void own(Signal.Presence signal) {
        tell(signal);
        note(all -> all.everywhere.told(self, signal));
    }

    /// To the other nodes. One key for all, so that a roll and what happened meanwhile arrive in order.
    void tell(Signal signal) {
        cluster.signals().publish(Topic.PRESENCE, self.hashCode(), SignalCodec.encode(signal));
    }

    private void received(String from, byte[] payload) {
        switch (SignalCodec.decode(payload)) {
            case Signal.Typing typist -> note(all -> all.typing(typist));
            case Signal.Presence presence -> note(all -> all.everywhere.told(from, presence));
            case Signal.Roll roll -> note(all -> all.everywhere.called(from, roll, wall()));
            case Signal.Crowd crowd ->
                note(all -> all.crowd(from, crowd, parts.millis().getAsLong()));
            case null -> parts.metrics().dropped(Reason.MALFORMED);
        }
    }

    private long due() {
        return parts.millis().getAsLong() + graceMillis;
    }

    private long wall() {
        return parts.clock().millis();
    }

    /// Lets go of nodes that are gone, and calls this node's roll when it is time: `online` are all who
    /// are online here, `isOnline` asks again just before a part leaves.
    void tick(Supplier<List<AccountId>> online, Predicate<AccountId> isOnline) {
        long now = parts.millis().getAsLong();
        List<String> boots = boots();
        List<Signal.Presence> gone = ask(all -> all.everywhere.expire(now, boots));
        if (!gone.isEmpty() && isFirst(boots)) {
            gone.forEach(each -> parts.lastSeen().note(each.account(), Instant.ofEpochMilli(each.seenMillis())));
        }
        if (now - tickedMillis > PresenceLimits.STOOD_STILL_MILLIS) {
            wantsRoll = true;
        }
        tickedMillis = now;
        if (left.isEmpty() && (wantsRoll || now >= rollMillis)) {
            wantsRoll = false;
            rollMillis = now + PresenceLimits.ROLL_MILLIS;
            forgetTheDead(boots);
            beginRoll(online.get());
        }
        for (int i = 0; i < PresenceLimits.ROLL_PARTS_PER_TICK && !left.isEmpty(); i++) {
            List<AccountId> still = left.remove().stream().filter(isOnline).toList();
            tell(new Signal.Roll(round, partsOfRound - left.size() - 1, partsOfRound, still));
        }
    }

    /// One node notes when those of a dead one were last here.
    private boolean isFirst(List<String> boots) {
        return boots.stream().allMatch(boot -> boot.compareTo(self) >= 0);
    }

    private List<String> boots() {
        return cluster.nodes().stream().map(status -> status.node().bootId()).toList();
    }

    private void forgetTheDead(List<String> boots) {
        note(all -> {
            all.everywhere.keepOnly(boots, due(), wall());
            all.keepCrowds(boots, parts.millis().getAsLong());
        });
    }

    private void beginRoll(List<AccountId> all) {
        round++;
        for (int from = 0; from == 0 || from < all.size(); from += PresenceLimits.ROLL_PART_ACCOUNTS) {
            left.add(all.subList(from, Math.min(all.size(), from + PresenceLimits.ROLL_PART_ACCOUNTS)));
        }
        partsOfRound = left.size();
    }

    /// What others type and nobody was told of yet.
    List<Signal.Typing> takeTyping() {
        return ask(Heard::takeTyping);
    }

    /// Large groups whose count changed elsewhere.
    List<ConversationId> takeCrowds() {
        return ask(Heard::takeCrowds);
    }

    /// How many follow the large group at the other nodes; somebody who does at two counts twice.
    Signal.Crowd crowd(ConversationId conversation) {
        return ask(all -> all.crowd(conversation));
    }

    /// The next change to tell here; it counts as told. Null when there is none.
    Signal.@Nullable Presence next() {
        lock.lock();
        try {
            return heard.everywhere.next();
        } finally {
            lock.unlock();
        }
    }

    /// `change` could not be told; it waits again.
    void untold(Signal.Presence change) {
        note(all -> all.everywhere.untold(change));
    }

    /// Whether the account is online at another node, as far as was told.
    boolean isOnline(AccountId account) {
        return ask(all -> all.everywhere.isOnlineBeside(self, account));
    }

    int accounts() {
        return ask(all -> all.everywhere.size());
    }

    long forgotten() {
        return ask(all -> all.everywhere.forgotten());
    }

    private void note(Consumer<Heard> news) {
        lock.lock();
        try {
            news.accept(heard);
        } finally {
            lock.unlock();
        }
    }

    private <T> T ask(Function<Heard, T> question) {
        lock.lock();
        try {
            return question.apply(heard);
        } finally {
            lock.unlock();
        }
    }
}
