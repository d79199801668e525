package parley.messaging.internal.conversation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.accounts.Accounts;
import parley.accounts.Profile;
import parley.history.Head;
import parley.history.History;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.ConversationView;
import parley.messaging.Conversations;
import parley.messaging.Conversations.Details;
import parley.messaging.Conversations.Members;
import parley.messaging.Conversations.Refusal;
import parley.messaging.Conversations.Result;
import parley.messaging.internal.conversation.Views.Seen;
import parley.messaging.internal.member.MemberRows;

/// Lists conversations and members. Thread-safe; blocks.
final class Browsing {
    /// Most conversations that a list sorts: those with the highest ids.
    private static final int LISTED_MAX = 2_000;

    private static final Comparator<Seen> ORDER = Comparator.comparingLong(
                    (Seen seen) -> seen.head().time())
            .thenComparing(Seen::conversation)
            .reversed();

    private final Database database;
    private final History history;
    private final Accounts accounts;
    private final Views views;

    Browsing(Database database, History history, Accounts accounts, Views views) {
        this.database = database;
        this.history = history;
        this.accounts = accounts;
        this.views = views;
    }

    Result<Conversations.Listing> list(AccountId account, @Nullable String after, int limit) {
        Optional<Refusal.Invalid> invalid = Inputs.limit(limit, Inputs.PAGE_MAX);
        Optional<long[]> position =
                after == null ? Optional.of(new long[] {Long.MAX_VALUE, Long.MAX_VALUE}) : Cursor.decode('l', after, 2);
        if (invalid.isPresent() || position.isEmpty()) {
            return new Result.Refused<>(invalid.orElseGet(() -> new Refusal.Invalid("after", "a cursor of this list")));
        }
        List<Seen> rest = seen(account).stream()
                .filter(seen -> isAfter(seen, position.get()))
                .sorted(ORDER)
                .toList();
        List<Seen> page = rest.subList(0, Math.min(limit, rest.size()));
        String next = page.size() == rest.size() ? null : cursor(page.getLast());
        return new Result.Done<>(new Conversations.Listing(views.render(account, page, true), next));
    }

    Result<Details> get(AccountId account, ConversationId conversation) {
        Optional<MembershipRows.Row> membership =
                database.read(connection -> MembershipRows.find(connection, account, conversation));
        Head head = history.heads(Set.of(conversation)).get(conversation);
        if (membership.isEmpty() || head == null) {
            return new Result.Refused<>(new Refusal.NotAMember());
        }
        ConversationView view = views.render(account, List.of(new Seen(membership.get(), head)), true)
                .getFirst();
        Members first = page(conversation, 0, Inputs.PAGE_MAX);
        return new Result.Done<>(new Details(view, first.members(), first.next()));
    }

    Result<Members> members(AccountId account, ConversationId conversation, @Nullable String after, int limit) {
        Optional<Refusal.Invalid> invalid = Inputs.limit(limit, Inputs.PAGE_MAX);
        Optional<long[]> position = after == null ? Optional.of(new long[] {0}) : Cursor.decode('m', after, 1);
        if (invalid.isPresent() || position.isEmpty()) {
            return new Result.Refused<>(invalid.orElseGet(() -> new Refusal.Invalid("after", "a cursor of this list")));
        }
        if (database.read(connection -> MembershipRows.find(connection, account, conversation))
                .isEmpty()) {
            return new Result.Refused<>(new Refusal.NotAMember());
        }
        return new Result.Done<>(page(conversation, position.get()[0], limit));
    }

    private List<Seen> seen(AccountId account) {
        List<MembershipRows.Row> memberships =
                database.read(connection -> MembershipRows.newest(connection, account, LISTED_MAX));
        Map<ConversationId, Head> heads = history.heads(
                memberships.stream().map(MembershipRows.Row::conversation).toList());
        List<Seen> seen = new ArrayList<>(memberships.size());
        for (MembershipRows.Row membership : memberships) {
            Head head = heads.get(membership.conversation());
            if (head != null) {
                seen.add(new Seen(membership, head));
            }
        }
        return seen;
    }

    /// The members with an account id above `after`, whoever asks.
    Members page(ConversationId conversation, long after, int limit) {
        List<MemberRows.Row> rows =
                database.read(connection -> MemberRows.page(connection, conversation, after, limit + 1));
        List<MemberRows.Row> page = rows.subList(0, Math.min(limit, rows.size()));
        Map<AccountId, Profile> profiles =
                accounts.profiles(page.stream().map(MemberRows.Row::account).toList());
        List<ConversationView.Member> members = new ArrayList<>(page.size());
        for (MemberRows.Row row : page) {
            Profile profile = profiles.get(row.account());
            members.add(new ConversationView.Member(
                    row.account(),
                    row.role(),
                    profile == null ? "" : profile.handle(),
                    profile == null ? "" : profile.displayName()));
        }
        String next = page.size() == rows.size()
                ? null
                : Cursor.encode('m', page.getLast().account().value());
        return new Members(members, next);
    }

    private static boolean isAfter(Seen seen, long[] position) {
        long time = seen.head().time();
        return time < position[0] || (time == position[0] && seen.conversation().value() < position[1]);
    }

    private static String cursor(Seen last) {
        return Cursor.encode('l', last.head().time(), last.conversation().value());
    }
}
