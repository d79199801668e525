package parley.accounts;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import parley.kernel.AccountId;
import parley.kernel.DeviceId;

/// Remembers what sessions would be told. Thread-safe.
public final class RecordedRevocations implements Revocations {
    private final Set<DeviceId> devices = ConcurrentHashMap.newKeySet();
    private final Set<AccountId> accounts = ConcurrentHashMap.newKeySet();

    @Override
    public void signedOut(AccountId account, Collection<DeviceId> gone) {
        devices.addAll(gone);
    }

    @Override
    public void banned(AccountId account) {
        accounts.add(account);
    }

    public boolean hasSignedOut(DeviceId device) {
        return devices.contains(device);
    }

    public boolean hasBanned(AccountId account) {
        return accounts.contains(account);
    }
}
