package parley.sessions.internal.hub;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.kernel.ConversationId;
import parley.sessions.internal.protocol.codec.EncodedPush;

/// What one session has of one conversation: how far it was delivered, and how it goes on.
///
/// Thread rule: every field but `slot` is guarded by the session's lock; `slot` belongs to [Followers]
/// and its lock. Kept small: there is one for each session and conversation, so what only some need is
/// in [Behind].
final class Subscription implements Receiver {
    static final int NOWHERE = -1;

    enum State {
        /// As `QUIET`, for an account that was just added: the run of entries that brings it in also
        /// says where the channel begins.
        FRESH,
        /// The client does not know this channel; its next entry subscribes it by a push.
        QUIET,
        /// The client is about to be told; entries are noted, none is delivered.
        HELD,
        /// The client stands at `position`, and the next entry goes straight to it.
        LIVE,
        /// Entries above `position` were left out: they come from the log.
        CATCHING_UP,
        ENDED
    }

    /// What a subscription that is not level has to remember.
    static final class Behind {
        /// The highest seq known to exist.
        long target;

        /// The seq after which the subscription ends, 0 when it goes on.
        long endAt;

        /// The account was a member when the log ended here: memberships that ended before are past.
        long memberAt;

        /// Where the account was added again above the position, ascending.
        final List<Long> comebacks = new ArrayList<>(0);

        /// The client still has to be told that the channel begins at `position`.
        boolean unannounced;

        Behind(long target) {
            this.target = target;
        }

        void comesBackAt(long seq) {
            if (comebacks.isEmpty() || comebacks.getLast() < seq) {
                comebacks.add(seq);
            }
        }

        /// The first end counts.
        void endsAt(long seq) {
            endAt = endAt == 0 ? seq : Math.min(endAt, seq);
        }
    }

    final HubSession session;
    final Followers followers;
    int slot = NOWHERE;

    State state;

    /// The last seq that was delivered, or below which nothing is to be delivered.
    long position;

    /// The client knows the channel, or will with the reply that is under way; counted by [Delivery].
    boolean announced;

    /// The session's count when something was last delivered here.
    int touched;

    @Nullable
    Behind behind;

    Subscription(HubSession session, Followers followers, State state, long position) {
        this.session = session;
        this.followers = followers;
        this.state = state;
        this.position = position;
    }

    @Override
    public HubSession session() {
        return session;
    }

    @Override
    public boolean isLive() {
        return session.isLive(this);
    }

    @Override
    public boolean offer(EncodedPush push) {
        return session.offer(this, push);
    }

    /// The client does not know the channel and is not about to.
    boolean isAsleep() {
        return state == State.FRESH || state == State.QUIET;
    }

    ConversationId conversation() {
        return followers.conversation;
    }

    Behind behind() {
        Behind known = behind;
        if (known == null) {
            known = new Behind(position);
            behind = known;
        }
        return known;
    }

    boolean isLevel() {
        Behind known = behind;
        return known == null || (known.target <= position && known.endAt == 0 && !known.unannounced);
    }

    /// Nothing is missing any more: goes on in `next`, and keeps only what a later end needs.
    void settle(State next) {
        state = next;
        if (behind != null && behind.comebacks.isEmpty()) {
            behind = null;
        }
    }
}
