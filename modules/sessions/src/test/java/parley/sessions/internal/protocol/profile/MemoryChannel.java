package parley.sessions.internal.protocol.profile;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.message.ClientInfo;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Push;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Result;
import parley.sessions.internal.protocol.message.Resume;

/// One channel in memory: its entries, and its subscribers with their positions. Thread-safe; its lock
/// is held while something is put into the queues of sessions, so every subscriber sees one order.
public final class MemoryChannel {
    private static final int RECOVERED_MAX = 300;

    private final String name;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final List<Publication> entries = new ArrayList<>();

    /// Where each subscriber stands; [#NOT_LIVE] before its reply is queued.
    @GuardedBy("lock")
    private final Map<MemorySession, Subscriber> subscribers = new LinkedHashMap<>();

    @GuardedBy("lock")
    private String epoch = "e1";

    MemoryChannel(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    private static final class Subscriber {
        private final ClientInfo info;
        private long position;
        private boolean live;

        Subscriber(ClientInfo info) {
            this.info = info;
        }
    }

    /// Stores one entry and gives it to all who are level.
    public void publish(Payload data, @Nullable ClientInfo info) {
        lock.lock();
        try {
            entries.add(new Publication(data, info, entries.size() + 1L, Map.of()));
            subscribers.forEach(this::feedLocked);
        } finally {
            lock.unlock();
        }
    }

    /// The same channel with other content: no old position can be resumed.
    public void forget() {
        lock.lock();
        try {
            entries.clear();
            epoch = "e" + (Integer.parseInt(epoch.substring(1)) + 1);
        } finally {
            lock.unlock();
        }
    }

    /// Registers a subscriber who gets nothing yet, and says what its reply is; null if it has one.
    Result.@Nullable Subscribed register(MemorySession session, ClientInfo info, Resume resume) {
        lock.lock();
        try {
            if (subscribers.containsKey(session)) {
                return null;
            }
            Subscriber subscriber = new Subscriber(info);
            subscribers.put(session, subscriber);
            long top = entries.size();
            subscriber.position = top;
            if (!resume.recover()) {
                return Result.Subscribed.fresh(epoch, top);
            }
            long offset = resume.offset();
            boolean known = resume.epoch().isEmpty() || resume.epoch().equals(epoch);
            if (!known || offset < 0 || offset > top || top - offset > RECOVERED_MAX) {
                return Result.Subscribed.notResumed(epoch, top);
            }
            List<Publication> missed = List.copyOf(entries.subList((int) offset, (int) top));
            return Result.Subscribed.resumed(epoch, offset, missed);
        } finally {
            lock.unlock();
        }
    }

    /// The reply of `session` is queued: what came meanwhile follows, then all else.
    void goLive(MemorySession session) {
        lock.lock();
        try {
            Subscriber subscriber = subscribers.get(session);
            if (subscriber != null) {
                subscriber.live = true;
                feedLocked(session, subscriber);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean unregister(MemorySession session) {
        lock.lock();
        try {
            return subscribers.remove(session) != null;
        } finally {
            lock.unlock();
        }
    }

    /// Ends a subscription from the server's side.
    public void expel(String user, int code) {
        lock.lock();
        try {
            List<MemorySession> sessions = subscribers.keySet().stream()
                    .filter(session -> session.user().equals(user))
                    .toList();
            for (MemorySession session : sessions) {
                subscribers.remove(session);
                boolean unused =
                        session.outbound().announce(new EncodedPush(new Push.Unsubscribed(name, code, "test")));
            }
        } finally {
            lock.unlock();
        }
    }

    /// Gives a subscriber what it misses, as far as there is room.
    void feed(MemorySession session) {
        lock.lock();
        try {
            Subscriber subscriber = subscribers.get(session);
            if (subscriber != null) {
                feedLocked(session, subscriber);
            }
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void feedLocked(MemorySession session, Subscriber subscriber) {
        while (subscriber.live && subscriber.position < entries.size()) {
            Publication next = entries.get((int) subscriber.position);
            if (!session.outbound().deliver(new EncodedPush(new Push.Published(name, next)))) {
                return;
            }
            subscriber.position++;
        }
    }

    Result.@Nullable Past history(Request.History request) {
        lock.lock();
        try {
            boolean foreign = request.since() != null
                    && !request.since().epoch().isEmpty()
                    && !request.since().epoch().equals(epoch);
            return foreign ? null : new Result.Past(pageLocked(request), epoch, entries.size());
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private List<Publication> pageLocked(Request.History request) {
        int top = entries.size();
        int limit = request.limit() < 0 ? RECOVERED_MAX : Math.min(request.limit(), RECOVERED_MAX);
        if (request.reverse()) {
            long before = request.since() == null
                    ? top + 1L
                    : Math.min(request.since().offset(), top + 1L);
            int to = (int) before - 1;
            return List.copyOf(entries.subList(Math.max(0, to - limit), to)).reversed();
        }
        int from = request.since() == null ? 0 : (int) Math.min(request.since().offset(), top);
        return List.copyOf(entries.subList(from, Math.min(top, from + limit)));
    }

    /// Who is subscribed, by client id.
    public Map<String, ClientInfo> present() {
        lock.lock();
        try {
            Map<String, ClientInfo> present = new LinkedHashMap<>();
            subscribers.values().forEach(subscriber -> present.put(subscriber.info.client(), subscriber.info));
            return present;
        } finally {
            lock.unlock();
        }
    }
}
