package parley.messaging.internal.member;

import java.util.List;
import java.util.Set;
import parley.history.Append;
import parley.kernel.AccountId;
import parley.messaging.ConversationView.Kind;
import parley.messaging.Conversations.HistoryFor;
import parley.messaging.Role;

/// What an append is for: what [MemberAdmission] authorises under the lock and [MemberProjection]
/// writes.
///
/// All but [Send] and [Found] are authorised only there, so the entries of their appends are a first
/// draft that the admission replaces.
public sealed interface Intent extends Append.Intent {

    /// The version that no head has: such an append is always authorised under the lock.
    long UNDER_THE_LOCK = -1;

    /// From where a member reads that the entry `seq` of an append with `intent` adds: founders, and
    /// newcomers where the group says so, from the first entry, others from their own.
    static long visibleFrom(Append.Intent intent, long seq) {
        return switch (intent) {
            case Found found -> 1;
            case Add add when add.historyFor() == HistoryFor.ALL -> 1;
            default -> seq;
        };
    }

    /// A message. `mentions` are members when it is numbered, and `replyTo` (0 = none) is a message; it
    /// is visible to the sender when it is numbered.
    record Send(long replyTo, List<AccountId> mentions) implements Intent {
        public Send {
            mentions = List.copyOf(mentions);
        }
    }

    /// An edit, a recall or a reaction; the append's entry says which.
    record Revise() implements Intent {
        public static final Revise INSTANCE = new Revise();
    }

    /// What removes the traces of the author, whose account was deleted and who need not be a member:
    /// the end of its membership, a recall, or a reaction that is taken away; the append's entry says
    /// which.
    record Forget() implements Intent {
        public static final Forget INSTANCE = new Forget();
    }

    /// Whether `account` does not see a conversation that an append with `intent` brings it into.
    static boolean isShunnedBy(Append.Intent intent, AccountId account) {
        return switch (intent) {
            case Found found -> found.shunning().contains(account);
            case Add add -> add.shunning().contains(account);
            default -> false;
        };
    }

    /// The first entries of a conversation. `founders` in the order of their entries, those of them that
    /// block the first one in `shunning`; `title` is empty for a direct one.
    record Found(Kind kind, String title, HistoryFor historyFor, List<AccountId> founders, Set<AccountId> shunning)
            implements Intent {
        public Found {
            founders = List.copyOf(founders);
            shunning = Set.copyOf(shunning);
        }
    }

    record Rename(String title) implements Intent {}

    record Leave() implements Intent {}

    /// `historyFor` is the conversation's, which never changes; `shunning` are those of `accounts` that
    /// block the author.
    record Add(List<AccountId> accounts, HistoryFor historyFor, Set<AccountId> shunning) implements Intent {
        public Add {
            accounts = List.copyOf(accounts);
            shunning = Set.copyOf(shunning);
        }
    }

    record Remove(AccountId member) implements Intent {}

    record SetRole(AccountId member, Role role) implements Intent {}

    /// `until` in milliseconds since 1970 UTC; 0, or a time that has passed, ends a mute.
    record Mute(AccountId member, long until) implements Intent {}
}
