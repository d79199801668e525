package parley.sessions.internal.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import parley.history.Entry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.MemberChange;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Push;

/// Entries of one conversation, contiguous and ascending, ready to be delivered to any number of
/// sessions: each entry is rendered once, and what goes out together is encoded once per encoding and
/// shared as one frame. Used by one thread.
final class Batch {
    /// How many bytes of entries go out as one frame (a single larger entry does, too).
    private static final int RUN_BYTES_MAX = 60 * 1024;

    private record Departure(AccountId account, long seq) {}

    final long first;
    final long last;
    private final String channel;
    private final String epoch;
    private final List<Push> pushes;
    private final List<Departure> departures;

    /// What goes out together; a run begins at its first push's seq.
    private final NavigableMap<Long, EncodedPush> runs = new TreeMap<>();

    private @Nullable EncodedPush wake;

    Batch(ConversationId conversation, String epoch, List<Entry> entries, Recalls recalls) {
        this.channel = Channels.of(conversation);
        this.epoch = epoch;
        this.first = entries.getFirst().seq();
        this.last = entries.getLast().seq();
        this.pushes = new ArrayList<>(entries.size());
        this.departures = new ArrayList<>(0);
        int begin = 0;
        int bytes = 0;
        for (Entry entry : entries) {
            Payload data = EntryJson.payload(entry, recalls);
            if (bytes > 0 && bytes + data.length() > RUN_BYTES_MAX) {
                addRun(begin, pushes.size());
                begin = pushes.size();
                bytes = 0;
            }
            bytes += data.length();
            pushes.add(new Push.Published(channel, Publication.entry(entry.seq(), data)));
            departing(entry).ifPresent(account -> departures.add(new Departure(account, entry.seq())));
        }
        addRun(begin, pushes.size());
    }

    private void addRun(int from, int to) {
        runs.put(first + from, EncodedPush.run(pushes.subList(from, to)));
    }

    /// Whose membership `entry` ends.
    private static Optional<AccountId> departing(Entry entry) {
        return MemberChange.of(entry).filter(MemberChange::endsMembership).map(MemberChange::account);
    }

    /// The seq above `after` at which `account` stops being a member within these, 0 when it does not.
    long departureOf(AccountId account, long after) {
        for (Departure departure : departures) {
            if (departure.seq > after && departure.account.equals(account)) {
                return departure.seq;
            }
        }
        return 0;
    }

    /// What goes out next to whoever has everything up to `after`, which is at least `first` - 1, and is
    /// to have nothing above `upTo`: entries from `after` + 1 on.
    EncodedPush next(long after, long upTo) {
        Map.Entry<Long, EncodedPush> run = runs.floorEntry(after + 1);
        long begin = run.getKey();
        long end = begin + run.getValue().pushes().size() - 1;
        if (begin == after + 1 && end <= upTo) {
            return run.getValue();
        }
        return EncodedPush.run(pushes.subList((int) (after + 1 - first), (int) (Math.min(end, upTo) + 1 - first)));
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
