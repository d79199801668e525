package parley.accounts;

import java.time.Duration;
import java.util.Optional;
import parley.kernel.AccountId;

/// Accounts that were deleted by [Administration#delete] and whose traces in other modules are not gone
/// yet: who removes them asks here for work, and says how far it is. Thread-safe; every method blocks
/// for a few statements and throws [parley.kernel.Unavailable] while the database does not answer.
///
/// A job is held by one worker at a time, for a while that each call prolongs. Of one that died the job
/// comes to another when that is over; one that was slow finds out by the answer `false`. Two at once
/// are possible for a moment, so every step of the work must bear to be done twice.
public interface Deletions {

    /// Takes up the oldest deletion that nobody holds and that is at least `settled` old, for the
    /// duration `held`.
    Optional<Job> take(Duration settled, Duration held);

    /// Notes that the conversations up to `reached` are done and that `removed` more traces are gone,
    /// and holds on. False when the job is not this worker's any more.
    boolean note(Job job, long reached, int removed, Duration held);

    /// Lets any worker take it up again, after the duration `later`.
    void putDown(Job job, Duration later);

    /// Nothing is left elsewhere: removes what this module keeps of the account (devices, blocks, when
    /// it was seen), a bounded number of rows at a time, and notes that it is finished. False when the
    /// job is not this worker's any more.
    boolean finish(Job job);

    /// A deletion with work left. `reached` as in [#note], 0 at first; `holder` is the worker's number.
    record Job(AccountId account, long holder, long reached) {}
}
