package parley.sessions.internal.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.history.Entry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.MemberChange;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Push;

/// A run of entries of one conversation, contiguous and ascending, ready to be delivered to any number
/// of sessions: each entry is rendered once, and encoded once per encoding. Used by one thread.
final class Batch {
    private record Departure(AccountId account, long seq) {}

    final long first;
    final long last;
    private final String channel;
    private final String epoch;
    private final List<EncodedPush> pushes;
    private final List<Departure> departures;
    private @Nullable EncodedPush wake;

    Batch(ConversationId conversation, String epoch, List<Entry> entries) {
        this.channel = Channels.of(conversation);
        this.epoch = epoch;
        this.first = entries.getFirst().seq();
        this.last = entries.getLast().seq();
        this.pushes = new ArrayList<>(entries.size());
        this.departures = new ArrayList<>(0);
        for (Entry entry : entries) {
            pushes.add(push(channel, entry));
            departing(entry).ifPresent(account -> departures.add(new Departure(account, entry.seq())));
        }
    }

    /// Whose membership `entry` ends.
    static Optional<AccountId> departing(Entry entry) {
        return MemberChange.of(entry).filter(MemberChange::endsMembership).map(MemberChange::account);
    }

    static EncodedPush push(String channel, Entry entry) {
        return new EncodedPush(new Push.Published(channel, publication(entry)));
    }

    static Publication publication(Entry entry) {
        return Publication.entry(entry.seq(), Payload.json(EntryJson.render(entry)));
    }

    /// The seq above `after` at which `account` stops being a member within this run, 0 when it does
    /// not.
    long departureOf(AccountId account, long after) {
        for (Departure departure : departures) {
            if (departure.seq > after && departure.account.equals(account)) {
                return departure.seq;
            }
        }
        return 0;
    }

    /// The entries with a seq in (`after`, `upTo`].
    List<EncodedPush> between(long after, long upTo) {
        int from = (int) Math.max(0, after + 1 - first);
        int to = (int) (Math.min(upTo, last) + 1 - first);
        return from == 0 && to == pushes.size() ? pushes : pushes.subList(from, Math.max(from, to));
    }

    /// The subscribe push that says "you stand at `offset`"; made once for all whose first entry is the
    /// same.
    EncodedPush wake(long offset) {
        if (offset != first - 1) {
            return subscribed(channel, epoch, offset);
        }
        EncodedPush made = wake;
        if (made == null) {
            made = subscribed(channel, epoch, offset);
            wake = made;
        }
        return made;
    }

    static EncodedPush subscribed(String channel, String epoch, long offset) {
        return new EncodedPush(Push.Subscribed.stream(channel, epoch, offset));
    }
}
