package parley.accounts;

import java.util.Collection;
import parley.kernel.AccountId;
import parley.kernel.DeviceId;

/// A port, implemented above: told when sessions must end.
///
/// Called after the commit; on the node where it happened before the call that caused it returns, on
/// every other node as soon as it reads of it, within two seconds while the database answers. Each
/// revocation is told several times over some seconds, so a session that was being set up during the
/// first call is ended by a later one; an implementation does nothing where there is no such session.
/// Called on any thread; must not block and must not throw.
public interface Revocations {

    /// Ends the sessions of these devices of `account` with code 4501.
    void signedOut(AccountId account, Collection<DeviceId> devices);

    /// Ends all sessions of `account` with code 4502.
    void banned(AccountId account);
}
