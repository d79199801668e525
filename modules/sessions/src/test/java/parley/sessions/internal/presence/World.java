package parley.sessions.internal.presence;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import parley.accounts.LastSeen;
import parley.cluster.Cluster;
import parley.cluster.wiring.ClusterConfig;
import parley.cluster.wiring.ClusterModule;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.history.Head;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.DeviceId;
import parley.kernel.SessionId;
import parley.kernel.Unavailable;
import parley.messaging.Audience;
import parley.messaging.MemberChange;
import parley.messaging.Reading;
import parley.messaging.Role;
import parley.sessions.SessionView;
import parley.sessions.internal.hub.FollowedFeeds;
import parley.sessions.internal.hub.Hub;
import parley.sessions.internal.hub.HubMetrics;
import parley.sessions.internal.hub.HubSession;
import parley.sessions.internal.hub.LogReader;
import parley.sessions.internal.hub.SessionDirectory;

/// A real hub and real presence over members that a test names, and a clock that it moves. The log is
/// empty but for what the test lets the hub pass on.
final class World implements Reading, Audience, LastSeen, LogReader {
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final SessionDirectory directory = new SessionDirectory();
    final Hub hub = new Hub(
            directory, new FollowedFeeds(), this, "e", new HubMetrics(metrics), Runnable::run, (s, event) -> {});
    final Map<AccountId, Instant> seen = new HashMap<>();
    final Presence presence;
    long now = 1_000_000;
    boolean away;

    private final Map<ConversationId, List<AccountId>> members;
    private final Map<AccountId, List<ConversationId>> memberships;
    private final Map<ConversationId, List<Entry>> log = new HashMap<>();
    private long sessions;
    int looks;

    World(PresenceLimits limits) {
        this(limits, ClusterModule.inProcess(new ClusterConfig("one", "1", "", InstantSource.system())));
    }

    World(PresenceLimits limits, Cluster cluster) {
        this(limits, cluster, new LinkedHashMap<>(), new HashMap<>());
    }

    /// Another node with the same members.
    World beside(PresenceLimits limits, Cluster cluster) {
        World other = new World(limits, cluster, members, memberships);
        other.sessions = 1_000;
        return other;
    }

    private World(
            PresenceLimits limits,
            Cluster cluster,
            Map<ConversationId, List<AccountId>> members,
            Map<AccountId, List<ConversationId>> memberships) {
        this.members = members;
        this.memberships = memberships;
        presence = new Presence(
                new Presence.Parts(hub, directory, this, this, this, cluster),
                limits,
                () -> now,
                () -> Instant.ofEpochMilli(now),
                metrics);
    }

    static AccountId person(long id) {
        return new AccountId(id);
    }

    static ConversationId talk(long id) {
        return new ConversationId(id);
    }

    void found(long conversation, Collection<AccountId> people) {
        members.put(talk(conversation), new ArrayList<>(people));
        people.forEach(each ->
                memberships.computeIfAbsent(each, id -> new ArrayList<>()).add(talk(conversation)));
    }

    /// A session in `server` style that knows all its conversations, or with `quiet` none.
    HubSession set(AccountId account, WayOut out, boolean quiet) {
        SessionView view = new SessionView(
                new SessionId(++sessions), account, new DeviceId(1), "127.0.0.1", "test", "1", Instant.EPOCH);
        HubSession session = hub.register(view, new UUID(7, sessions), out, true, 200);
        for (ConversationId conversation : memberships.getOrDefault(account, List.of())) {
            if (hub.hold(session, conversation)) {
                hub.place(session, conversation, head(conversation), head(conversation), !quiet);
            }
        }
        return session;
    }

    HubSession connect(AccountId account, WayOut out) {
        HubSession session = set(account, out, false);
        session.open();
        presence.opened(session);
        return session;
    }

    void disconnect(HubSession session) {
        session.end();
        presence.ended(session);
    }

    /// Lets time pass in steps of `stepMillis`, with a tick after each.
    void pass(long millis, int stepMillis) {
        for (long end = now + millis; now < end; ) {
            now += stepMillis;
            presence.tick();
        }
    }

    /// An entry of `author`, passed on to all.
    void speak(long conversation, AccountId author) {
        append(talk(conversation), EntryKind.MESSAGE, author, new byte[0], new byte[] {'{', '}'});
    }

    void remove(long conversation, AccountId account) {
        List<AccountId> left = new ArrayList<>(members.getOrDefault(talk(conversation), List.of()));
        left.remove(account);
        members.put(talk(conversation), left);
        memberships.getOrDefault(account, new ArrayList<>()).remove(talk(conversation));
        byte[] detail = new MemberChange(account, MemberChange.Change.REMOVED, Role.MEMBER).detail();
        append(talk(conversation), EntryKind.MEMBER, account, detail, new byte[0]);
    }

    private void append(ConversationId conversation, EntryKind kind, AccountId author, byte[] detail, byte[] body) {
        Entry entry = new Entry(
                conversation, head(conversation) + 1, kind, author, null, 0, 0, 0, detail, body, Entry.Revision.NONE);
        log.computeIfAbsent(conversation, id -> new ArrayList<>()).add(entry);
        hub.entries(conversation, List.of(entry));
    }

    private long head(ConversationId conversation) {
        return log.getOrDefault(conversation, List.of()).size();
    }

    double counted(String name, String... tags) {
        return metrics.get(name).tags(tags).counter().count();
    }

    double gauge(String name) {
        return metrics.get(name).gauge().value();
    }

    private void reached() {
        if (away) {
            throw new Unavailable("database", new IllegalStateException("away"));
        }
    }

    @Override
    public List<Membership> memberships(AccountId account) {
        reached();
        looks++;
        return memberships.getOrDefault(account, List.of()).stream()
                .map(conversation -> new Membership(conversation, Role.MEMBER, 1, 0))
                .toList();
    }

    @Override
    public Map<ConversationId, Integer> sizes(Collection<ConversationId> conversations) {
        reached();
        Map<ConversationId, Integer> sizes = new HashMap<>();
        for (ConversationId conversation : conversations) {
            List<AccountId> all = members.get(conversation);
            if (all != null) {
                sizes.put(conversation, all.size());
            }
        }
        return sizes;
    }

    @Override
    public List<AccountId> members(ConversationId conversation, int limit) {
        return members.getOrDefault(conversation, List.of()).stream()
                .limit(limit)
                .toList();
    }

    @Override
    public boolean share(AccountId viewer, AccountId other) {
        reached();
        return memberships.getOrDefault(viewer, List.of()).stream()
                .anyMatch(conversation ->
                        members.getOrDefault(conversation, List.of()).contains(other));
    }

    @Override
    public boolean maySend(AccountId account, ConversationId conversation) {
        reached();
        return members.getOrDefault(conversation, List.of()).contains(account);
    }

    @Override
    public void note(AccountId account, Instant when) {
        seen.put(account, when);
    }

    @Override
    public Optional<Instant> find(AccountId account) {
        return Optional.ofNullable(seen.get(account));
    }

    @Override
    public List<Entry> after(ConversationId conversation, long after, int limit) {
        return log.getOrDefault(conversation, List.of()).stream()
                .filter(entry -> entry.seq() > after)
                .limit(limit)
                .toList();
    }

    @Override
    public OptionalLong headIfDeparted(AccountId account, ConversationId conversation) {
        return OptionalLong.empty();
    }

    @Override
    public Optional<Access> access(AccountId account, ConversationId conversation) {
        throw new IllegalStateException("not asked");
    }

    @Override
    public Map<ConversationId, Access> accessAt(AccountId account, Collection<Head> heads) {
        throw new IllegalStateException("not asked");
    }

    @Override
    public Map<ConversationId, Head> heads(Collection<ConversationId> conversations) {
        throw new IllegalStateException("not asked");
    }

    @Override
    public List<Entry> readForward(Access access, long after, int limit) {
        throw new IllegalStateException("not asked");
    }

    @Override
    public List<Entry> readBackward(Access access, long before, int limit) {
        throw new IllegalStateException("not asked");
    }

    @Override
    public String epoch() {
        return "e";
    }
}
