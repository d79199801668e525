package parley.messaging.internal.forget;

import parley.history.Traces.Sweep;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// The steps by which the traces of a deleted account go. Each is bounded, finds by itself what is left
/// to do, and may be done twice, also at the same time: so nobody has to know what a step did that was
/// cut short. Blocks; throws [parley.kernel.Unavailable] when the step did not come to its end.
interface Removal {
    /// Ends up to `limit` memberships; how many it found, 0 when none is left.
    int memberships(AccountId account, int limit);

    /// Looks through the `scan` conversations with ids above `after`.
    Sweep sweep(AccountId account, long after, int scan);

    /// Takes up to `limit` appends out of `conversation`; how many it found, 0 when none is left.
    int appends(AccountId account, ConversationId conversation, int limit);

    /// Deletes up to `limit` rows of what else this module keeps; how many, 0 when none is left.
    int leftovers(AccountId account, int limit);
}
