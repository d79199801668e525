package parley.accounts.internal.token;

import java.util.concurrent.ConcurrentHashMap;

/// The devices whose tokens are refused although they are in time, and the accounts that are banned:
/// small, in memory, asked at every check of a token. A device is forgotten some time after its last token is over.
/// Times are milliseconds. Thread-safe.
final class RevocationSet {
    private final ConcurrentHashMap<Long, Long> devices = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Long, Long> bans = new ConcurrentHashMap<>();

    /// True when this is news.
    boolean signOut(long device, long untilMillis) {
        return devices.put(device, untilMillis) == null;
    }

    /// True when the account was not known to be banned.
    boolean ban(long account, long untilMillis) {
        return bans.put(account, untilMillis) == null;
    }

    void unban(long account) {
        Long unused = bans.remove(account);
    }

    boolean isSignedOut(long device) {
        return devices.containsKey(device);
    }

    boolean isBanned(long account, long nowMillis) {
        Long until = bans.get(account);
        return until != null && nowMillis < until;
    }

    void forgetUntil(long nowMillis) {
        boolean unused = devices.values().removeIf(until -> until < nowMillis);
        unused = bans.values().removeIf(until -> until < nowMillis);
    }

    int size() {
        return devices.size() + bans.size();
    }
}
