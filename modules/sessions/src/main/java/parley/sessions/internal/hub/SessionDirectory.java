package parley.sessions.internal.hub;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import parley.accounts.Revocations;
import parley.kernel.AccountId;
import parley.kernel.DeviceId;
import parley.kernel.SessionId;
import parley.sessions.Disconnect;
import parley.sessions.SessionView;
import parley.sessions.Sessions;

/// Who is connected here: the sessions of this node by account. Exists before everything else that makes
/// or ends sessions. Thread-safe.
public final class SessionDirectory implements Sessions, Revocations {
    public static final Disconnect SIGNED_OUT = new Disconnect(4501, "signed out");
    public static final Disconnect BANNED = new Disconnect(4502, "banned");

    private final Map<AccountId, List<HubSession>> accounts = new ConcurrentHashMap<>();

    /// True when it is the only one of its account.
    boolean add(HubSession session) {
        AtomicBoolean isFirst = new AtomicBoolean();
        accounts.compute(session.account(), (id, known) -> {
            isFirst.set(known == null);
            List<HubSession> sessions = known == null ? new CopyOnWriteArrayList<>() : known;
            sessions.add(session);
            return sessions;
        });
        return isFirst.get();
    }

    void remove(HubSession session) {
        accounts.computeIfPresent(session.account(), (id, sessions) -> {
            sessions.remove(session);
            return sessions.isEmpty() ? null : sessions;
        });
    }

    Collection<HubSession> of(AccountId account) {
        return accounts.getOrDefault(account, List.of());
    }

    boolean has(AccountId account) {
        return accounts.containsKey(account);
    }

    int accounts() {
        return accounts.size();
    }

    /// The sessions of `account` here whose clients have their connect reply.
    public List<HubSession> open(AccountId account) {
        return of(account).stream().filter(HubSession::isOpen).toList();
    }

    /// All sessions whose clients have their connect reply. Weakly consistent.
    public Stream<HubSession> open() {
        return all(Optional.empty()).filter(HubSession::isOpen);
    }

    /// Sessions of `account` here.
    public int count(AccountId account) {
        return of(account).size();
    }

    @Override
    public int count() {
        return accounts.values().stream().mapToInt(List::size).sum();
    }

    @Override
    public List<SessionView> list(Optional<AccountId> account, Optional<SessionId> after, int limit) {
        return all(account)
                .map(HubSession::view)
                .filter(view -> after.isEmpty() || view.id().compareTo(after.get()) > 0)
                .sorted(Comparator.comparing(SessionView::id))
                .limit(limit)
                .toList();
    }

    @Override
    public boolean end(SessionId session, Disconnect why) {
        Optional<HubSession> found = all(Optional.empty())
                .filter(each -> each.view().id().equals(session))
                .findFirst();
        found.ifPresent(each -> each.disconnect(why));
        return found.isPresent();
    }

    /// All sessions as of now, for a drain.
    public List<HubSession> all() {
        return all(Optional.empty()).toList();
    }

    @Override
    public void signedOut(AccountId account, Collection<DeviceId> devices) {
        of(account).stream()
                .filter(session -> devices.contains(session.view().device()))
                .forEach(session -> session.disconnect(SIGNED_OUT));
    }

    @Override
    public void banned(AccountId account) {
        of(account).forEach(session -> session.disconnect(BANNED));
    }

    private Stream<HubSession> all(Optional<AccountId> account) {
        return account.isPresent()
                ? of(account.get()).stream()
                : accounts.values().stream().flatMap(List::stream);
    }
}
