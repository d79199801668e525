package parley.messaging.internal.conversation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import parley.accounts.Accounts;
import parley.accounts.Blocks;
import parley.history.Append;
import parley.history.AppendResult;
import parley.history.History;
import parley.history.NewEntry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.Conversations.Changed;
import parley.messaging.Conversations.Refusal;
import parley.messaging.Conversations.Result;
import parley.messaging.MemberChange.Change;
import parley.messaging.Role;
import parley.messaging.internal.member.Drafts;
import parley.messaging.internal.member.Intent;
import parley.messaging.internal.member.MemberCache;

/// Changes conversations and members. Whether a change is allowed, and which entries it takes, is
/// decided under the lock by [parley.messaging.internal.member.MemberAdmission]; here only strangers are
/// turned away, so that they cost the lanes nothing. Thread-safe; blocks for the commit.
final class Changing {
    /// What every JSON reader takes for the number that it is.
    private static final long MUTED_UNTIL_MAX = (1L << 53) - 1;

    private final Database database;
    private final History history;
    private final Accounts accounts;
    private final MemberCache members;
    private final MemberLimits limits;
    private final Blocks blocks;

    Changing(LogConversations.Parts parts, MemberLimits limits) {
        this.database = parts.database();
        this.history = parts.history();
        this.accounts = parts.accounts();
        this.members = parts.members();
        this.blocks = parts.blocks();
        this.limits = limits;
    }

    Result<Changed> rename(AccountId account, ConversationId conversation, String title) {
        Optional<Refusal.Invalid> invalid = Inputs.title(title);
        return invalid.isPresent()
                ? new Result.Refused<>(invalid.get())
                : append(account, conversation, new Intent.Rename(title), List.of(Drafts.title(title)));
    }

    Result<Changed> leave(AccountId account, ConversationId conversation) {
        return append(
                account, conversation, new Intent.Leave(), List.of(Drafts.member(account, Change.LEFT, Role.MEMBER)));
    }

    Result<Changed> add(AccountId account, ConversationId conversation, List<AccountId> added) {
        if (added.isEmpty()) {
            return new Result.Refused<>(new Refusal.Invalid("accounts", "at least one"));
        }
        List<AccountId> distinct = Inputs.distinct(added.getFirst(), added);
        if (distinct.size() > limits.membersPerCallMax()) {
            return new Result.Refused<>(new Refusal.LimitReached());
        }
        if (members.find(conversation, account).isEmpty()) {
            return new Result.Refused<>(new Refusal.NotAMember());
        }
        if (accounts.profiles(distinct).size() < distinct.size()) {
            return new Result.Refused<>(new Refusal.NoSuchAccount());
        }
        ConversationRows.Row row = database.read(connection -> ConversationRows.find(connection, List.of(conversation)))
                .get(conversation);
        if (row == null) {
            return new Result.Refused<>(new Refusal.NotAMember());
        }
        List<NewEntry> drafts = new ArrayList<>(distinct.size());
        distinct.forEach(one -> drafts.add(Drafts.member(one, Change.ADDED, Role.MEMBER)));
        return append(
                account,
                conversation,
                new Intent.Add(distinct, row.historyFor(), blocks.blocking(account, distinct)),
                drafts);
    }

    Result<Changed> remove(AccountId account, ConversationId conversation, AccountId member) {
        return append(
                account,
                conversation,
                new Intent.Remove(member),
                List.of(Drafts.member(member, Change.REMOVED, Role.MEMBER)));
    }

    Result<Changed> setRole(AccountId account, ConversationId conversation, AccountId member, Role role) {
        return append(
                account,
                conversation,
                new Intent.SetRole(member, role),
                List.of(Drafts.member(member, Change.ROLE, role)));
    }

    Result<Changed> mute(AccountId account, ConversationId conversation, AccountId member, long until) {
        if (until < 0 || until > MUTED_UNTIL_MAX) {
            return new Result.Refused<>(new Refusal.Invalid("until", "0, or milliseconds since 1970 up to 2^53 - 1"));
        }
        return append(
                account,
                conversation,
                new Intent.Mute(member, until),
                List.of(Drafts.muted(member, Role.MEMBER, until)));
    }

    private Result<Changed> append(
            AccountId account, ConversationId conversation, Intent intent, List<NewEntry> drafts) {
        if (members.find(conversation, account).isEmpty()) {
            return new Result.Refused<>(new Refusal.NotAMember());
        }
        Append append = new Append(conversation, account, null, Intent.UNDER_THE_LOCK, false, intent, drafts);
        return switch (history.append(append)) {
            case AppendResult.Appended changed -> new Result.Done<>(new Changed(changed.seq()));
            case AppendResult.Unneeded same -> new Result.Done<>(new Changed(same.seq()));
            case AppendResult other -> Outcomes.refused(other);
        };
    }
}
