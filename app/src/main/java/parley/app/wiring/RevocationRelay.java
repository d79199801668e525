package parley.app.wiring;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import parley.accounts.Revocations;
import parley.kernel.AccountId;
import parley.kernel.DeviceId;

/// Passes revocations on to the hub, which is made after the accounts whose port this is. What is told
/// before there is a hub concerns no session. Thread-safe.
final class RevocationRelay implements Revocations {
    private final List<Revocations> receivers = new CopyOnWriteArrayList<>();

    void passOnTo(Revocations receiver) {
        receivers.add(receiver);
    }

    @Override
    public void signedOut(AccountId account, Collection<DeviceId> devices) {
        receivers.forEach(receiver -> receiver.signedOut(account, devices));
    }

    @Override
    public void banned(AccountId account) {
        receivers.forEach(receiver -> receiver.banned(account));
    }
}
