package parley.messaging;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import parley.accounts.Accounts;
import parley.accounts.Device;
import parley.accounts.Profile;
import parley.kernel.AccountId;
import parley.kernel.DeviceId;
import parley.kernel.Probe;
import parley.kernel.Secret;

/// Accounts that only exist: what messaging asks of its neighbour, and nothing else.
final class KnownPeople implements Accounts {
    private final Map<AccountId, Profile> people = new ConcurrentHashMap<>();
    final KnownBlocks blocks = new KnownBlocks(this);

    void add(AccountId account) {
        Profile before = people.put(account, new Profile(account, "h" + account, "Name " + account));
        if (before != null) {
            throw new AssertionError("an account twice");
        }
    }

    @Override
    public Optional<Profile> profile(AccountId id) {
        return Optional.ofNullable(people.get(id));
    }

    @Override
    public Map<AccountId, Profile> profiles(Collection<AccountId> ids) {
        Map<AccountId, Profile> found = new ConcurrentHashMap<>();
        ids.forEach(id -> profile(id).ifPresent(profile -> found.put(id, profile)));
        return found;
    }

    @Override
    public Optional<Profile> find(String handle) {
        throw notAsked();
    }

    @Override
    public SignUpResult signUp(String handle, String displayName, Secret password) {
        throw notAsked();
    }

    @Override
    public RenameResult rename(AccountId me, String displayName) {
        throw notAsked();
    }

    @Override
    public PasswordResult changePassword(AccountId me, DeviceId device, Secret current, Secret replacement) {
        throw notAsked();
    }

    @Override
    public List<Device> devices(AccountId me) {
        throw notAsked();
    }

    @Override
    public boolean signOutDevice(AccountId me, DeviceId device) {
        throw notAsked();
    }

    @Override
    public List<Probe> probes() {
        return List.of();
    }

    private static UnsupportedOperationException notAsked() {
        return new UnsupportedOperationException("messaging does not ask this");
    }
}
