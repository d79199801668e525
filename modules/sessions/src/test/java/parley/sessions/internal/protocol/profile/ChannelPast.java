package parley.sessions.internal.protocol.profile;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.ClientInfo;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Request;

/// The newest entries of a channel, as many and as long as its options say. Guarded by its channel.
final class ChannelPast {
    private final ChannelOptions options;
    private final List<Kept> entries = new ArrayList<>();
    private long top;

    private record Kept(Publication publication, Instant until) {}

    ChannelPast(ChannelOptions options) {
        this.options = options;
    }

    long top() {
        return top;
    }

    void add(Payload data, @Nullable ClientInfo info, Map<String, String> tags) {
        top++;
        entries.add(
                new Kept(new Publication(data, info, top, tags), Instant.now().plus(options.lifetime())));
        if (entries.size() > options.entriesMax()) {
            entries.removeFirst();
        }
    }

    void expire(Instant now) {
        while (!entries.isEmpty() && !entries.getFirst().until().isAfter(now)) {
            entries.removeFirst();
        }
    }

    void clear() {
        entries.clear();
    }

    void restart() {
        entries.clear();
        top = 0;
    }

    /// Whether all after `offset` is here, `max` entries at most. An offset below 0 is above every top.
    boolean reaches(long offset, int max) {
        long missed = top - offset;
        return offset >= 0 && missed >= 0 && missed <= Math.min(entries.size(), max);
    }

    /// The first `max` of those after `offset` that are kept.
    List<Publication> after(long offset, int max) {
        long oldest = top - entries.size();
        int from = Math.clamp(offset - oldest, 0, entries.size());
        return slice(from, Math.min(entries.size(), (int) Math.min((long) from + max, Integer.MAX_VALUE)));
    }

    List<Publication> page(Request.History request, int max) {
        int limit = request.limit() < 0 ? max : Math.min(request.limit(), max);
        // Offsets are unsigned: what is below 0 here lies above every top.
        long since = request.since() == null
                ? Long.MIN_VALUE
                : request.since().offset() < 0
                        ? Long.MAX_VALUE
                        : request.since().offset();
        if (!request.reverse()) {
            return after(Math.max(since, 0), limit);
        }
        long oldest = top - entries.size();
        long before = request.since() == null ? top + 1 : Math.min(since, top + 1);
        int to = Math.clamp(before - 1 - oldest, 0, entries.size());
        return slice(Math.max(0, to - limit), to).reversed();
    }

    private List<Publication> slice(int from, int to) {
        return entries.subList(from, to).stream().map(Kept::publication).toList();
    }
}
