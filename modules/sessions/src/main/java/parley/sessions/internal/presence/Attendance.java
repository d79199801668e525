package parley.sessions.internal.presence;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;

/// Which accounts are online, and which changes of that have yet to be told. An account is online from
/// its first session until some time after its last one, so that a reconnect is no change. Changes wait
/// in order of arrival, one per account: the newest state is what counts, and one that is again what was
/// told last is no change. Time is passed in. Not thread-safe.
final class Attendance {

    /// `seenMillis`: when the last session ended, by the wall clock; 0 when `online`.
    record Change(AccountId account, boolean online, long seenMillis) {}

    private static final class Standing {
        int sessions;
        boolean told;
    }

    private record Left(long dueMillis, long seenMillis) {}

    private final int graceMillis;
    private final int changesMax;
    private final Map<AccountId, Standing> standings = new HashMap<>();

    /// Without a session and still online; in order of their due time.
    private final LinkedHashMap<AccountId, Left> leaving = new LinkedHashMap<>();

    private final LinkedHashMap<AccountId, Change> changes = new LinkedHashMap<>();
    private long forgotten;

    /// At most `changesMax` accounts are leaving, and at most as many changes wait.
    Attendance(int graceMillis, int changesMax) {
        this.graceMillis = graceMillis;
        this.changesMax = changesMax;
    }

    void opened(AccountId account) {
        Standing standing = standings.computeIfAbsent(account, id -> new Standing());
        standing.sessions++;
        leaving.remove(account);
        settle(account, standing, new Change(account, true, 0));
    }

    /// One session of `account` ended. True when it was the last.
    boolean closed(AccountId account, long nowMillis, long wallMillis) {
        Standing standing = standings.get(account);
        if (standing == null || standing.sessions == 0) {
            throw new IllegalStateException("a session ended that never began");
        }
        standing.sessions--;
        if (standing.sessions == 0) {
            leaving.put(account, new Left(nowMillis + graceMillis, wallMillis));
            if (leaving.size() > changesMax) {
                leave(leaving.firstEntry());
            }
        }
        return standing.sessions == 0;
    }

    boolean isOnline(AccountId account) {
        Standing standing = standings.get(account);
        return standing != null && (standing.sessions > 0 || leaving.containsKey(account));
    }

    /// Lets go of those whose time to come back is over.
    void expire(long nowMillis) {
        Map.Entry<AccountId, Left> first = leaving.firstEntry();
        while (first != null && first.getValue().dueMillis <= nowMillis) {
            leave(first);
            first = leaving.firstEntry();
        }
    }

    /// The next change to tell; it counts as told. Null when there is none.
    @Nullable
    Change next() {
        Map.Entry<AccountId, Change> first = changes.pollFirstEntry();
        if (first == null) {
            return null;
        }
        told(first.getValue());
        return first.getValue();
    }

    /// `change` could not be told: what holds now waits again, behind all others.
    void untold(Change change) {
        AccountId account = change.account();
        Standing standing = standings.computeIfAbsent(account, id -> new Standing());
        standing.told = !change.online();
        boolean online = standing.sessions > 0 || leaving.containsKey(account);
        settle(account, standing, new Change(account, online, online ? 0 : change.seenMillis()));
    }

    private void leave(Map.Entry<AccountId, Left> entry) {
        AccountId account = entry.getKey();
        Left left = entry.getValue();
        leaving.remove(account);
        Standing standing = standings.get(account);
        if (standing != null) {
            settle(account, standing, new Change(account, false, left.seenMillis));
        }
    }

    private void settle(AccountId account, Standing standing, Change now) {
        if (standing.told == now.online()) {
            changes.remove(account);
            forgetIfGone(account, standing);
            return;
        }
        changes.put(account, now);
        if (changes.size() > changesMax) {
            Map.Entry<AccountId, Change> eldest = changes.pollFirstEntry();
            told(eldest.getValue());
            forgotten++;
        }
    }

    private void told(Change change) {
        Standing standing = standings.get(change.account());
        if (standing != null) {
            standing.told = change.online();
            forgetIfGone(change.account(), standing);
        }
    }

    private void forgetIfGone(AccountId account, Standing standing) {
        if (!standing.told && standing.sessions == 0 && !leaving.containsKey(account)) {
            standings.remove(account);
        }
    }

    /// Whoever is online.
    List<AccountId> online() {
        return standings.keySet().stream().filter(this::isOnline).toList();
    }

    /// Changes that wait.
    int waiting() {
        return changes.size();
    }

    /// Accounts that anything is kept of.
    int size() {
        return standings.size();
    }

    /// Changes that found no room and were never told.
    long forgotten() {
        return forgotten;
    }
}
