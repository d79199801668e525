package parley.messaging.internal.conversation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import parley.accounts.Accounts;
import parley.accounts.Blocks;
import parley.history.Append;
import parley.history.AppendResult;
import parley.history.History;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.kernel.IdSource;
import parley.messaging.ConversationView.Kind;
import parley.messaging.Conversations.Created;
import parley.messaging.Conversations.HistoryFor;
import parley.messaging.Conversations.Refusal;
import parley.messaging.Conversations.Result;
import parley.messaging.internal.member.Drafts;
import parley.messaging.internal.member.Intent;

/// Creates conversations in two steps: [CreationRows] decides which conversation a request leads to,
/// then its first entries are appended, which is valid only while it has none. Whoever repeats a request
/// after a crash between the two goes on where it stopped, and of two that race one founds. Thread-safe;
/// blocks.
final class Creating {
    private final Database database;
    private final History history;
    private final Accounts accounts;
    private final IdSource ids;
    private final CreationRows rows;
    private final MemberLimits limits;
    private final Blocks blocks;
    private final Shielding shielding;

    Creating(LogConversations.Parts parts, MemberLimits limits) {
        this.database = parts.database();
        this.history = parts.history();
        this.accounts = parts.accounts();
        this.ids = parts.ids();
        this.blocks = parts.blocks();
        this.shielding = parts.shielding();
        this.rows = new CreationRows(database.dialect());
        this.limits = limits;
    }

    Result<Created> direct(AccountId creator, String id, AccountId with) {
        Optional<? extends Refusal> refusal =
                Inputs.id(id).or(() -> Inputs.rule(!with.equals(creator), "with", "another account"));
        if (refusal.isPresent()) {
            return new Result.Refused<>(refusal.get());
        }
        if (accounts.profile(with).isEmpty()) {
            return new Result.Refused<>(new Refusal.NoSuchAccount());
        }
        if (blocks.blocks(creator, with)) {
            return new Result.Refused<>(new Refusal.Blocked());
        }
        var request = new CreationRows.Request(creator, id, digest("direct", with.toString()));
        ConversationId fresh = new ConversationId(ids.next());
        Optional<ConversationId> conversation =
                database.transact(connection -> rows.direct(connection, request, with, fresh));
        if (conversation.isEmpty()) {
            return reused();
        }
        Set<AccountId> shunning = blocks.blocking(creator, List.of(with));
        Intent.Found found = new Intent.Found(Kind.DIRECT, "", HistoryFor.ALL, List.of(creator, with), shunning);
        Result<Created> created = found(conversation.get(), creator, found);
        // Whoever blocked meanwhile may have found nothing to hide.
        shielding.settle(with, creator);
        return created;
    }

    Result<Created> group(AccountId creator, String id, String title, List<AccountId> members, HistoryFor historyFor) {
        Optional<? extends Refusal> refusal = Inputs.id(id).or(() -> Inputs.title(title));
        if (refusal.isPresent()) {
            return new Result.Refused<>(refusal.get());
        }
        List<AccountId> founders = Inputs.distinct(creator, members);
        if (founders.size() > limits.membersMax() || founders.size() > limits.membersPerCallMax()) {
            return new Result.Refused<>(new Refusal.LimitReached());
        }
        if (accounts.profiles(founders).size() < founders.size()) {
            return new Result.Refused<>(new Refusal.NoSuchAccount());
        }
        var request =
                new CreationRows.Request(creator, id, digest("group", title, founders.toString(), historyFor.name()));
        ConversationId fresh = new ConversationId(ids.next());
        Optional<ConversationId> conversation = database.transact(connection -> rows.group(connection, request, fresh));
        Intent.Found found =
                new Intent.Found(Kind.GROUP, title, historyFor, founders, blocks.blocking(creator, founders));
        return conversation.map(one -> found(one, creator, found)).orElseGet(Creating::reused);
    }

    /// The second step.
    private Result<Created> found(ConversationId conversation, AccountId creator, Intent.Found found) {
        if (history.heads(Set.of(conversation)).containsKey(conversation)) {
            return existing(conversation);
        }
        if (database.read(connection -> MembershipRows.count(connection, creator)) >= limits.conversationsMax()) {
            return new Result.Refused<>(new Refusal.LimitReached());
        }
        Append append = new Append(conversation, creator, null, 0, true, found, Drafts.founding(found));
        return switch (history.append(append)) {
            case AppendResult.Appended founded -> new Result.Done<>(new Created(conversation, founded.seq(), true));
            case AppendResult.WrongState exists -> existing(conversation);
            case AppendResult other -> Outcomes.refused(other);
        };
    }

    private Result<Created> existing(ConversationId conversation) {
        ConversationRows.Row row = database.read(connection -> ConversationRows.find(connection, List.of(conversation)))
                .get(conversation);
        if (row == null) {
            throw new IllegalStateException("a conversation has entries and no row");
        }
        return new Result.Done<>(new Created(conversation, row.foundedSeq(), false));
    }

    private static Result<Created> reused() {
        return new Result.Refused<>(new Refusal.ClientIdReused());
    }

    /// Names what was asked for. A title has no control characters, so the parts cannot run together.
    private static byte[] digest(String... parts) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException unsupported) {
            throw new IllegalStateException("this JDK has no SHA-256", unsupported);
        }
    }
}
