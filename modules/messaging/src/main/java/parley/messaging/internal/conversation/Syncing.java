package parley.messaging.internal.conversation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.history.Head;
import parley.history.History;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.Conversations.Refusal;
import parley.messaging.Conversations.Result;
import parley.messaging.Conversations.Synced;
import parley.messaging.internal.conversation.Views.Seen;

/// Tells what changed since a cursor. Thread-safe; blocks.
///
/// A cursor is a time of the database's clock, taken before anything was read. What counts is each row's
/// own time, which is set before its commit; so a row can become visible with a time that a cursor has
/// passed, and the overlap is longer than any transaction that sets one may last. Pages go by
/// conversation id and keep the time of the first page, so what changes meanwhile comes in the next
/// round.
final class Syncing {
    /// Rows of one read, and reads of one call: what is left comes with the next page.
    private static final int CHUNK_ROWS = 500;
    private static final int CHUNKS_MAX = 8;

    /// Rows of former memberships are kept longer than this; an older cursor starts over.
    private static final Duration CURSOR_AGE_MAX = Duration.ofDays(29);

    private final Database database;
    private final History history;
    private final Views views;
    private final Duration overlap;

    Syncing(Database database, History history, Views views, Duration overlap) {
        this.database = database;
        this.history = history;
        this.views = views;
        this.overlap = overlap;
    }

    /// Where a round stands: everything that changed from `since` on, with conversation ids above
    /// `after`; the round began at `began`.
    private record Position(long since, long began, long after) {
        String cursor() {
            return Cursor.encode('s', since, began, after);
        }
    }

    Result<Synced> sync(AccountId account, @Nullable String cursor, int limit) {
        Optional<Refusal.Invalid> invalid = Inputs.limit(limit, Inputs.SYNC_PAGE_MAX);
        Optional<long[]> numbers = cursor == null ? Optional.of(new long[] {0, 0, 0}) : Cursor.decode('s', cursor, 3);
        if (invalid.isPresent() || numbers.isEmpty()) {
            return new Result.Refused<>(invalid.orElseGet(() -> new Refusal.Invalid("cursor", "one that sync gave")));
        }
        return new Result.Done<>(read(account, begin(numbers.get()), limit));
    }

    private Position begin(long[] numbers) {
        long now = database.read(connection -> MembershipRows.now(connection, database.dialect()));
        boolean tooOld = numbers[0] < now - CURSOR_AGE_MAX.toMillis();
        // The database's clock was set back: what changed since then has times from before the cursor's.
        boolean isOfLater = numbers[0] > now + overlap.toMillis();
        long since = tooOld || isOfLater ? 0 : numbers[0];
        return numbers[1] == 0 ? new Position(since, now, 0) : new Position(since, numbers[1], numbers[2]);
    }

    private Synced read(AccountId account, Position position, int limit) {
        List<Seen> seen = new ArrayList<>();
        List<ConversationId> removed = new ArrayList<>();
        long after = position.after();
        for (int chunk = 0; chunk < CHUNKS_MAX; chunk++) {
            long from = after;
            List<MembershipRows.Row> rows =
                    database.read(connection -> MembershipRows.page(connection, account, from, CHUNK_ROWS));
            Map<ConversationId, Head> heads = heads(rows);
            for (MembershipRows.Row row : rows) {
                if (seen.size() + removed.size() == limit) {
                    return page(account, seen, removed, new Position(position.since(), position.began(), after), true);
                }
                take(row, heads.get(row.conversation()), position.since(), seen, removed);
                after = row.conversation().value();
            }
            if (rows.size() < CHUNK_ROWS) {
                return page(account, seen, removed, new Position(position.began(), 0, 0), false);
            }
        }
        return page(account, seen, removed, new Position(position.since(), position.began(), after), true);
    }

    private Map<ConversationId, Head> heads(List<MembershipRows.Row> rows) {
        List<ConversationId> present = rows.stream()
                .filter(MembershipRows.Row::isMember)
                .map(MembershipRows.Row::conversation)
                .toList();
        return present.isEmpty() ? Map.of() : history.heads(present);
    }

    private void take(
            MembershipRows.Row row, @Nullable Head head, long since, List<Seen> seen, List<ConversationId> removed) {
        long from = since - overlap.toMillis();
        if (!row.isMember()) {
            if (since > 0 && row.changedAt() >= from) {
                removed.add(row.conversation());
            }
        } else if (head != null && (row.changedAt() >= from || head.time() >= from)) {
            seen.add(new Seen(row, head));
        }
    }

    private Synced page(
            AccountId account, List<Seen> seen, List<ConversationId> removed, Position next, boolean hasMore) {
        return new Synced(views.render(account, seen, false), List.copyOf(removed), next.cursor(), hasMore);
    }
}
