package parley.accounts;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import parley.kernel.AccountId;
import parley.kernel.DeviceId;
import parley.kernel.Probe;
import parley.kernel.Secret;

/// Who a person is. Thread-safe.
///
/// Methods block for statements, and where a password is involved for its hash (tens of milliseconds on
/// threads of their own, at most a few at once); call them on a virtual thread. All throw
/// [parley.kernel.Unavailable] while the database does not answer. What was answered is committed.
public interface Accounts {

    /// Makes an account. Two calls with one handle at the same time make one account.
    ///
    /// `handle`: `[a-z0-9_.]{3,32}`; `displayName`: 1 to 64 characters (code points), no control
    /// characters; `password`: 8 to 256 bytes of UTF-8.
    SignUpResult signUp(String handle, String displayName, Secret password);

    /// The account with exactly this handle; empty also for text that can be no handle.
    Optional<Profile> find(String handle);

    /// From a cache that may be up to 10 seconds behind a rename on another node.
    Optional<Profile> profile(AccountId id);

    /// Those of `ids` that exist (at most 10,000 of them), from the same cache; one statement per 500
    /// that are not cached.
    Map<AccountId, Profile> profiles(Collection<AccountId> ids);

    /// Changes the display name of `me`, an account that exists.
    RenameResult rename(AccountId me, String displayName);

    /// Changes the password of `me` and signs out all devices but `device`, whose tokens stay good.
    /// Wrong guesses are limited for each device apart from those at sign-in, so neither locks the
    /// other.
    PasswordResult changePassword(AccountId me, DeviceId device, Secret current, Secret replacement);

    /// The signed-in devices of `me`, newest first, at most 1,000.
    List<Device> devices(AccountId me);

    /// Signs out a device of `me`: its tokens are refused from now on and its sessions end. True when it
    /// is signed out now, also when it was before; false when `me` has no such device.
    boolean signOutDevice(AccountId me, DeviceId device);

    List<Probe> probes();

    /// How a sign-up ended.
    sealed interface SignUpResult {
        record SignedUp(Profile profile) implements SignUpResult {}

        record HandleTaken() implements SignUpResult {}

        /// This server takes no sign-ups (`accounts.sign-up: closed`).
        record Closed() implements SignUpResult {}

        record Invalid(List<InvalidField> fields) implements SignUpResult {}

        /// More passwords wait to be hashed than the queue takes. Nothing was done.
        record Busy(Duration retryAfter) implements SignUpResult {}
    }

    /// How a rename ended.
    sealed interface RenameResult {
        record Renamed(Profile profile) implements RenameResult {}

        record Invalid(List<InvalidField> fields) implements RenameResult {}
    }

    /// How a change of the password ended.
    sealed interface PasswordResult {
        record Changed() implements PasswordResult {}

        /// The current password is another one.
        record Wrong() implements PasswordResult {}

        record TooManyAttempts(Duration retryAfter) implements PasswordResult {}

        record Invalid(List<InvalidField> fields) implements PasswordResult {}

        /// As in [SignUpResult.Busy].
        record Busy(Duration retryAfter) implements PasswordResult {}
    }
}
