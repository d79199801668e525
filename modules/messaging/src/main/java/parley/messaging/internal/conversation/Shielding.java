package parley.messaging.internal.conversation;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.accounts.Blocks;
import parley.accounts.Profile;
import parley.history.Head;
import parley.history.History;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.Contacts;
import parley.messaging.Conversations.Refusal;
import parley.messaging.Conversations.Result;

/// Keeps what an account sees in line with whom it blocks: whether the membership in a direct
/// conversation is shown. The log and the members know nothing of it. Thread-safe; blocks.
public final class Shielding implements Contacts {
    /// Blocks that change while they are looked at are looked at again, so often.
    private static final int LOOKS_MAX = 5;

    private final Database database;
    private final History history;
    private final Blocks blocks;
    private final Shown shown;

    public Shielding(Database database, History history, Blocks blocks, Shown shown) {
        this.database = database;
        this.history = history;
        this.blocks = blocks;
        this.shown = shown;
    }

    /// Told after the commit that `account` sees `conversation`, whose log reaches up to `head`, again or
    /// not any more. Must not block.
    public interface Shown {
        void changed(AccountId account, ConversationId conversation, long head, boolean isShown);
    }

    @Override
    public Result<Done> block(AccountId account, AccountId other) {
        if (account.equals(other)) {
            return new Result.Refused<>(new Refusal.Invalid("account", "another account"));
        }
        return switch (blocks.block(account, other)) {
            case Blocks.BlockResult.Blocked blocked -> settled(account, other);
            case Blocks.BlockResult.NoSuchAccount none -> new Result.Refused<>(new Refusal.NoSuchAccount());
            case Blocks.BlockResult.LimitReached(int most) ->
                new Result.Refused<>(new Refusal.Invalid("account", "at most " + most + " are blocked"));
        };
    }

    @Override
    public Result<Done> unblock(AccountId account, AccountId other) {
        blocks.unblock(account, other);
        return settled(account, other);
    }

    @Override
    public Result<Blocked> blocked(AccountId account, @Nullable String after, int limit) {
        Optional<Refusal.Invalid> invalid = Inputs.limit(limit, Inputs.PAGE_MAX);
        Optional<long[]> position = after == null ? Optional.of(new long[] {0}) : Cursor.decode('b', after, 1);
        if (invalid.isPresent() || position.isEmpty()) {
            return new Result.Refused<>(invalid.orElseGet(() -> new Refusal.Invalid("after", "a cursor of this list")));
        }
        List<Profile> rows = blocks.blocked(account, position.get()[0], limit + 1);
        List<Profile> page = rows.subList(0, Math.min(limit, rows.size()));
        String next = page.size() == rows.size()
                ? null
                : Cursor.encode('b', page.getLast().id().value());
        return new Result.Done<>(new Blocked(page, next));
    }

    private Result<Done> settled(AccountId account, AccountId other) {
        settle(account, other);
        return new Result.Done<>(new Done());
    }

    /// Shows `account` the direct conversation with `other` if there is one, or not, as its block is now.
    ///
    /// Whoever changes a block settles afterwards, and whoever founds the conversation settles after
    /// having done so: one of two that race sees what the other did. Two that settle at once end with
    /// the same answer, since each looks again after it wrote.
    void settle(AccountId account, AccountId other) {
        Optional<ConversationId> direct = database.read(connection -> CreationRows.direct(connection, account, other));
        if (direct.isEmpty()) {
            return;
        }
        boolean isShown = !blocks.blocks(account, other);
        for (int look = 0; look < LOOKS_MAX; look++) {
            show(account, direct.get(), isShown);
            boolean now = !blocks.blocks(account, other);
            if (now == isShown) {
                return;
            }
            isShown = now;
        }
    }

    private void show(AccountId account, ConversationId conversation, boolean isShown) {
        boolean changed = database.transact(
                connection -> MembershipRows.show(connection, database.dialect(), account, conversation, isShown));
        if (changed) {
            Head head = history.heads(Set.of(conversation)).get(conversation);
            shown.changed(account, conversation, head == null ? 0 : head.head(), isShown);
        }
    }
}
