package parley.accounts;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import parley.kernel.AccountId;
import parley.kernel.DeviceId;
import parley.kernel.Secret;

/// Signing in and proving it. Thread-safe.
///
/// An access token is a signed JWT that any node checks without asking anybody; a refresh token is a
/// random secret, good for one use, of which only a hash is stored. All methods but [#verify] and
/// [#jwks] block (statements, a password's hash) and throw [parley.kernel.Unavailable] while the
/// database does not answer.
public interface Tokens {

    /// Checks the password and, when it is right, makes a new device named `deviceName` (1 to 64
    /// characters, no control characters) with its tokens.
    ///
    /// An unknown handle costs the same work and gets the same answer as a wrong password. Failures are
    /// counted for each handle (also one that does not exist) and each `clientAddress` (textual IP
    /// address of the client as the edge believes it; IPv6 counts by /64); devices that are signed in do
    /// not notice.
    SignInResult signIn(String handle, Secret password, String deviceName, String clientAddress);

    /// Gives a new pair of tokens for a refresh token, which is used up by it. A token that was used up
    /// before signs its device out: somebody else has a copy. So a client that lost the answer has to
    /// sign in again.
    RefreshResult refresh(Secret refreshToken);

    /// Signs the device out: its tokens are refused from now on and its sessions end. Idempotent;
    /// nothing happens when `account` has no such device.
    void signOut(AccountId account, DeviceId device);

    /// Whether `accessToken`, any text that came from outside, is good now. Never blocks and never asks
    /// the database: what was signed out or banned elsewhere is known here within two seconds while the
    /// database answers. A token that was verified lately costs a hash and a look-up.
    VerifyResult verify(String accessToken);

    /// The public keys as a JWK set (RFC 7517), JSON text. Does not block.
    String jwks();

    /// Signs `accounts` in without a password, each on a new device `deviceName` without a refresh
    /// token: for the command line and for load tests. `lifetime` is at most 24 hours. Answers in the
    /// order of `accounts`, which must exist; at most 10,000 at once.
    List<Issued> issueFor(List<AccountId> accounts, String deviceName, Duration lifetime);

    /// A device and its access token.
    record Issued(AccountId account, DeviceId device, Secret accessToken, Instant expiresAt) {}

    /// What a client gets at sign-in and at each refresh.
    record SignedIn(AccountId account, DeviceId device, Secret accessToken, Duration expiresIn, Secret refreshToken)
            implements SignInResult, RefreshResult {}

    /// How a sign-in ended.
    sealed interface SignInResult {
        /// No such handle, or another password: nobody is told which.
        record Wrong() implements SignInResult {}

        /// Too many failures for this handle or from this address; the password was not looked at.
        record TooManyAttempts(Duration retryAfter) implements SignInResult {}

        /// The password is right and the account is banned.
        record Banned() implements SignInResult {}

        /// The device's name does not follow its rule.
        record Invalid(List<InvalidField> fields) implements SignInResult {}

        /// More passwords wait to be checked than the queue takes. Nothing was done.
        record Busy(Duration retryAfter) implements SignInResult {}
    }

    /// How a refresh ended.
    sealed interface RefreshResult {
        /// Unknown, expired, used before, or of a device that is signed out: sign in again.
        record Refused() implements RefreshResult {}

        record Banned() implements RefreshResult {}
    }

    /// What a token is worth now.
    sealed interface VerifyResult {
        record Verified(AccountId account, DeviceId device, Instant expiresAt) implements VerifyResult {}

        /// Ours, and its time is over: get a new one.
        record Expired() implements VerifyResult {}

        /// Ours and in time, but its device was signed out (disconnect code 4501).
        record SignedOut() implements VerifyResult {}

        /// Ours and in time, but its account is banned (disconnect code 4502).
        record Banned() implements VerifyResult {}

        /// Not a token of ours.
        record Invalid() implements VerifyResult {}
    }
}
