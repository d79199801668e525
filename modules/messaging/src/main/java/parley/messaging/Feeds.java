package parley.messaging;

import java.util.Collection;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// Which conversations this node feeds to its [FeedListener]. Thread-safe; nothing here blocks.
///
/// The promise, for each followed conversation: every entry that is committed on any node after
/// [#follow] returned, and is not below what a reader told of by [#reached], comes to
/// [FeedListener#entries] once, in order of seq and without a hole, until [#unfollow]. What was
/// committed before is read from the log; entries that were committed while [#follow] ran may come or
/// not, so follow first and read the head afterwards.
public interface Feeds {

    /// Names the one listener. Call it once, before the first [#follow].
    void listen(FeedListener listener);

    /// Starts to feed the conversation; nothing happens when it is followed already.
    void follow(ConversationId conversation);

    default void follow(Collection<ConversationId> conversations) {
        conversations.forEach(this::follow);
    }

    /// Ends it. A call of the listener that is under way still ends, and at most one more may come.
    void unfollow(ConversationId conversation);

    /// Tells that a read found the log of a followed conversation to reach up to `head`. A feed that has
    /// passed nothing on starts after it; one that is behind, or that another reader of a higher `head`
    /// made start too late, passes on what is missing. So a hint that is lost, or overtaken by a reader,
    /// is harmless.
    void reached(ConversationId conversation, long head);

    /// The first session of `account` on this node begins, and [FeedListener#isConnected] says so
    /// already: what the account was told before counts no more. Call it before the account's
    /// memberships are read.
    void arrived(AccountId account);
}
