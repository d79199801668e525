package parley.messaging.internal.conversation;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.accounts.Accounts;
import parley.accounts.Blocks;
import parley.history.History;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.kernel.IdSource;
import parley.messaging.Conversations;
import parley.messaging.Role;
import parley.messaging.internal.feed.HintPublisher;
import parley.messaging.internal.member.MemberCache;

/// Conversations whose every change is an entry of their log. Thread-safe.
public final class LogConversations implements Conversations {
    private final Creating creating;
    private final Changing changing;
    private final Browsing browsing;
    private final Marking marking;
    private final Syncing syncing;
    private final Receiving receiving;

    private LogConversations(
            Creating creating,
            Changing changing,
            Browsing browsing,
            Marking marking,
            Syncing syncing,
            Receiving receiving) {
        this.creating = creating;
        this.changing = changing;
        this.browsing = browsing;
        this.marking = marking;
        this.syncing = syncing;
        this.receiving = receiving;
    }

    /// What the module is built on.
    public record Parts(
            Database database,
            History history,
            Accounts accounts,
            Blocks blocks,
            Shielding shielding,
            IdSource ids,
            MemberCache members,
            MembershipCache memberships,
            HintPublisher hints) {}

    public static LogConversations of(Parts parts, MemberLimits limits, Duration syncOverlap) {
        Database database = parts.database();
        History history = parts.history();
        Views views = new Views(database, history);
        return new LogConversations(
                new Creating(parts, limits),
                new Changing(parts, limits),
                new Browsing(database, history, parts.accounts(), views),
                new Marking(database, history, (account, conversation, marker) -> {
                    parts.memberships().changed(account);
                    parts.hints().read(account, conversation, marker.read(), marker.unread());
                }),
                new Syncing(database, history, views, syncOverlap),
                new Receiving(database));
    }

    @Override
    public Result<Created> createDirect(AccountId creator, String id, AccountId with) {
        return creating.direct(creator, id, with);
    }

    @Override
    public Result<Created> createGroup(
            AccountId creator, String id, String title, List<AccountId> members, HistoryFor historyFor) {
        return creating.group(creator, id, title, members, historyFor);
    }

    @Override
    public Result<Conversations.Listing> list(AccountId account, @Nullable String after, int limit) {
        return browsing.list(account, after, limit);
    }

    @Override
    public Result<Details> get(AccountId account, ConversationId conversation) {
        return browsing.get(account, conversation);
    }

    @Override
    public Result<Changed> rename(AccountId account, ConversationId conversation, String title) {
        return changing.rename(account, conversation, title);
    }

    @Override
    public Result<Changed> leave(AccountId account, ConversationId conversation) {
        return changing.leave(account, conversation);
    }

    @Override
    public Result<Changed> addMembers(AccountId account, ConversationId conversation, List<AccountId> accounts) {
        return changing.add(account, conversation, accounts);
    }

    @Override
    public Result<Changed> removeMember(AccountId account, ConversationId conversation, AccountId member) {
        return changing.remove(account, conversation, member);
    }

    @Override
    public Result<Changed> setRole(AccountId account, ConversationId conversation, AccountId member, Role role) {
        return changing.setRole(account, conversation, member, role);
    }

    @Override
    public Result<Changed> mute(AccountId account, ConversationId conversation, AccountId member, long until) {
        return changing.mute(account, conversation, member, until);
    }

    @Override
    public Result<Members> members(AccountId account, ConversationId conversation, @Nullable String after, int limit) {
        return browsing.members(account, conversation, after, limit);
    }

    @Override
    public Result<Marker> markRead(AccountId account, ConversationId conversation, long seq) {
        return marking.mark(account, conversation, seq);
    }

    @Override
    public Result<Receipts> receipts(
            AccountId account, ConversationId conversation, long seq, @Nullable String after, int limit) {
        return receiving.receipts(account, conversation, seq, after, limit);
    }

    @Override
    public Result<Synced> sync(AccountId account, @Nullable String cursor, int limit) {
        return syncing.sync(account, cursor, limit);
    }
}
