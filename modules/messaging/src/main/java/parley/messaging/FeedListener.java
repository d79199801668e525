package parley.messaging;

import java.util.List;
import parley.history.Entry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// A port, implemented by the hub: takes what the feeds pass on.
///
/// [#entries] and [#added] of one conversation are called one at a time, on virtual threads; they may
/// block, which delays only this conversation, and what gathers meanwhile comes in one call. An
/// exception is logged and the feed goes on after it.
public interface FeedListener {

    /// The next entries of a followed conversation: ascending, without a hole among themselves and to
    /// the call before, never empty. Only what lies before where the feed began may come late: between
    /// what one reader found and what another one had found that made it begin ([Feeds#reached]).
    ///
    /// An entry that adds a connected account comes after [#added] for it; one that removes an account
    /// ([MemberChange]) is the last one that this account may see.
    void entries(ConversationId conversation, List<Entry> entries);

    /// The message `seq` of a conversation, followed or not, was recalled. Called before the recall is
    /// acknowledged on the node that committed it, else as soon as its hint is here, on threads of the
    /// log and of the bus: must hand over at once. From the call on nothing may be rendered that shows
    /// its body or an edit's of it.
    default void recalled(ConversationId conversation, long seq) {}

    /// `account`, which is connected, became a member by the entry `seq` and reads from `visibleFrom`.
    /// Called before [#entries] passes that entry on, and before those that were written together with
    /// it (a founder reads from 1, which is not its own entry). When the conversation was not followed,
    /// calling [Feeds#follow] in here is in time: the entries from `seq` on follow.
    void added(AccountId account, ConversationId conversation, long seq, long visibleFrom);

    /// `account`, which is connected, sees what of `conversation` is above `head`, or did: this may come
    /// late, after [#entries] above `head` and when the account is out again. Whoever follows it by this
    /// calls [Feeds#reached] as well, or entries could be missed unseen.
    void shown(AccountId account, ConversationId conversation, long head);

    /// A personal event of a connected account, for all its devices here. Called one at a time per
    /// account; must not block. Not promised to arrive: `sync` tells the same.
    void personal(AccountId account, PersonalEvent event);

    /// The read marker of `account`, a member, moved to `seq` by [Conversations#markRead] on any node; a
    /// message moves its author's without a call. Called on threads of the bus, for every account: must
    /// not block. Not promised to arrive.
    default void read(AccountId account, ConversationId conversation, long seq) {}

    /// True when this node has a session of `account`. Called on threads of the bus, for every account
    /// that a hint names: must answer at once. An account counts as connected before its memberships are
    /// read, or a change in between would be missed.
    boolean isConnected(AccountId account);

    /// True when a session of `account` here that is to have all its conversations has not heard of
    /// `conversation`. Must answer at once.
    boolean lacks(AccountId account, ConversationId conversation);
}
