package parley.sessions.internal.protocol.profile;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.Disconnects;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.message.ClientInfo;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Push;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Result;
import parley.sessions.internal.protocol.message.Resume;
import parley.sessions.internal.protocol.message.StreamPosition;

/// One channel in memory: its past, and its subscribers with their positions. Thread-safe; its lock is
/// held while something is put into the queues of sessions, so every subscriber sees one order.
public final class MemoryChannel {
    private static final int PAGE_MAX = 300;
    private static final int INSUFFICIENT_STATE = 2500;

    private final String name;
    private final ChannelOptions options;
    private final String epochs;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final ChannelPast past;

    @GuardedBy("lock")
    private final Map<MemorySession, Subscriber> subscribers = new LinkedHashMap<>();

    @GuardedBy("lock")
    private int generation = 1;

    /// `epochs`: with what its epochs begin.
    MemoryChannel(String name, ChannelOptions options, String epochs) {
        this.name = name;
        this.options = options;
        this.epochs = epochs;
        past = new ChannelPast(options);
    }

    String name() {
        return name;
    }

    ChannelOptions options() {
        return options;
    }

    /// How somebody wants to be subscribed. `server`: the server wants it.
    record Wish(ClientInfo info, Resume resume, boolean stream, boolean server) {}

    private static final class Subscriber {
        private final Wish wish;
        private final boolean stream;

        /// All up to here is in its queue, or not for it.
        private long position;

        /// Its reply is in its queue.
        private boolean live;

        Subscriber(Wish wish, boolean stream, long position) {
            this.wish = wish;
            this.stream = stream;
            this.position = position;
        }
    }

    /// Keeps one entry and gives it to all who are level.
    public void publish(Payload data, @Nullable ClientInfo info) {
        StreamPosition unused = publish(data, info, Map.of());
    }

    /// Where the entry stands.
    StreamPosition publish(Payload data, @Nullable ClientInfo info, Map<String, String> tags) {
        lock.lock();
        try {
            past.add(data, info, tags);
            List.copyOf(subscribers.keySet()).forEach(this::feedLocked);
            return new StreamPosition(past.top(), epochLocked());
        } finally {
            lock.unlock();
        }
    }

    /// Gives an event that is not part of the stream to all who are there.
    StreamPosition tell(Payload data, Map<String, String> tags) {
        lock.lock();
        try {
            tellLocked(new Push.Published(name, new Publication(data, null, 0, tags)));
            return new StreamPosition(0, epochLocked());
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void tellLocked(Push push) {
        EncodedPush encoded = new EncodedPush(push);
        subscribers.forEach((session, subscriber) -> {
            if (subscriber.live) {
                boolean unused = session.outbound().offer(encoded);
            }
        });
    }

    /// The same channel with other content: no old position can be resumed.
    public void forget() {
        lock.lock();
        try {
            past.restart();
            generation++;
        } finally {
            lock.unlock();
        }
    }

    /// Removes all entries; their numbers are not given again.
    void clear() {
        lock.lock();
        try {
            past.clear();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private String epochLocked() {
        return epochs + generation;
    }

    /// Registers a subscriber who gets nothing yet, and says what its reply is; null if it is one
    /// already.
    Result.@Nullable Subscribed register(MemorySession session, Wish wish) {
        lock.lock();
        try {
            if (subscribers.containsKey(session)) {
                return null;
            }
            past.expire(Instant.now());
            Resume resume = wish.resume();
            boolean stream = options.recoverable() || wish.stream() || resume.recover();
            subscribers.put(session, new Subscriber(wish, stream, past.top()));
            if (!stream) {
                return Result.Subscribed.plain();
            }
            if (!resume.recover()) {
                return Result.Subscribed.fresh(epochLocked(), past.top());
            }
            boolean known = resume.epoch().isEmpty() || resume.epoch().equals(epochLocked());
            if (!known || !past.reaches(resume.offset(), PAGE_MAX)) {
                return Result.Subscribed.notResumed(epochLocked(), past.top());
            }
            return Result.Subscribed.resumed(epochLocked(), resume.offset(), past.after(resume.offset(), PAGE_MAX));
        } finally {
            lock.unlock();
        }
    }

    boolean has(MemorySession session) {
        lock.lock();
        try {
            return subscribers.containsKey(session);
        } finally {
            lock.unlock();
        }
    }

    /// What tells a client of a subscription that the server adds later: it begins where `resume` says,
    /// if all from there is here, and what is missed comes as pushes.
    Push.Subscribed added(MemorySession session, Resume resume, @Nullable Payload data) {
        lock.lock();
        try {
            Subscriber subscriber = subscribers.get(session);
            if (subscriber == null || !subscriber.stream) {
                return new Push.Subscribed(name, false, "", 0, false, data);
            }
            if (resume.recover() && past.reaches(resume.offset(), PAGE_MAX)) {
                subscriber.position = resume.offset();
            }
            return new Push.Subscribed(name, true, epochLocked(), subscriber.position, true, data);
        } finally {
            lock.unlock();
        }
    }

    /// The reply of `session` is queued: it and the others are told that it is there, and what came
    /// meanwhile follows.
    void goLive(MemorySession session) {
        lock.lock();
        try {
            Subscriber subscriber = subscribers.get(session);
            if (subscriber != null) {
                subscriber.live = true;
                if (options.joinLeave()) {
                    tellLocked(new Push.Joined(name, subscriber.wish.info()));
                }
                feedLocked(session);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean unregister(MemorySession session) {
        lock.lock();
        try {
            return removeLocked(session);
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private boolean removeLocked(MemorySession session) {
        Subscriber gone = subscribers.remove(session);
        if (gone != null && gone.live && options.joinLeave()) {
            tellLocked(new Push.Left(name, gone.wish.info()));
        }
        return gone != null;
    }

    /// Ends subscriptions from the server's side.
    public void expel(Predicate<MemorySession> who, int code, String reason) {
        lock.lock();
        try {
            for (MemorySession session :
                    subscribers.keySet().stream().filter(who).toList()) {
                if (removeLocked(session)) {
                    boolean unused =
                            session.outbound().announce(new EncodedPush(new Push.Unsubscribed(name, code, reason)));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Gives a subscriber what it misses, as far as there is room.
    void feed(MemorySession session) {
        lock.lock();
        try {
            feedLocked(session);
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void feedLocked(MemorySession session) {
        Subscriber subscriber = subscribers.get(session);
        if (subscriber == null || !subscriber.live) {
            return;
        }
        if (subscriber.stream && !past.reaches(subscriber.position, Integer.MAX_VALUE)) {
            tellInsufficientLocked(session, subscriber);
            return;
        }
        for (Publication next : past.after(subscriber.position, Integer.MAX_VALUE)) {
            if (!session.outbound().deliver(new EncodedPush(new Push.Published(name, next)))) {
                return;
            }
            subscriber.position = next.offset();
        }
    }

    /// What it misses is gone.
    @GuardedBy("lock")
    private void tellInsufficientLocked(MemorySession session, Subscriber subscriber) {
        if (subscriber.wish.server()) {
            session.outbound().disconnect(Disconnects.INSUFFICIENT_STATE);
        } else {
            expel(session::equals, INSUFFICIENT_STATE, "insufficient state");
        }
    }

    /// Null for a position of another epoch.
    Result.@Nullable Past history(Request.History request) {
        lock.lock();
        try {
            past.expire(Instant.now());
            StreamPosition since = request.since();
            boolean foreign =
                    since != null && !since.epoch().isEmpty() && !since.epoch().equals(epochLocked());
            return foreign ? null : new Result.Past(past.page(request, PAGE_MAX), epochLocked(), past.top());
        } finally {
            lock.unlock();
        }
    }

    /// Who is subscribed, by client id.
    public Map<String, ClientInfo> present() {
        lock.lock();
        try {
            Map<String, ClientInfo> present = new LinkedHashMap<>();
            for (Subscriber subscriber : subscribers.values()) {
                ClientInfo info = subscriber.wish.info();
                present.put(info.client(), info);
            }
            return present;
        } finally {
            lock.unlock();
        }
    }

    Result.PresenceCounted counted() {
        Map<String, ClientInfo> present = present();
        long users = present.values().stream().map(ClientInfo::user).distinct().count();
        return new Result.PresenceCounted(present.size(), (int) users);
    }
}
