package parley.messaging.internal.forget;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import parley.history.Append;
import parley.history.AppendResult;
import parley.history.Entry;
import parley.history.History;
import parley.history.NewEntry;
import parley.history.Traces;
import parley.history.Traces.Sweep;
import parley.history.Traces.Trace;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.kernel.Unavailable;
import parley.messaging.MemberChange.Change;
import parley.messaging.Role;
import parley.messaging.internal.member.Drafts;
import parley.messaging.internal.member.Intent;

/// The steps on the real log: what has to be told to members is an append as theirs would be, by the
/// account that is no more. Thread-safe; blocks.
///
/// A membership ends before the conversation is searched. That changes the version of its members, so a
/// send that was under way is either committed before, and found, or judged again under the lock, and
/// refused.
public final class LogRemoval implements Removal {
    private static final byte[] NOTHING = {};

    private final Database database;
    private final History history;
    private final Traces traces;

    public LogRemoval(Database database, History history, Traces traces) {
        this.database = database;
        this.history = history;
        this.traces = traces;
    }

    @Override
    public int memberships(AccountId account, int limit) {
        List<ConversationId> found = database.read(connection -> ForgottenRows.memberships(connection, account, limit));
        List<Append> appends = new ArrayList<>();
        for (ConversationId conversation : found) {
            appends.add(append(conversation, account, Drafts.member(account, Change.LEFT, Role.MEMBER)));
        }
        append(appends);
        boolean unused = database.transact(connection -> {
            for (ConversationId conversation : found) {
                ForgottenRows.deleteMembership(connection, account, conversation);
            }
            return true;
        });
        return found.size();
    }

    @Override
    public Sweep sweep(AccountId account, long after, int scan) {
        return traces.sweep(account, after, scan);
    }

    @Override
    public int appends(AccountId account, ConversationId conversation, int limit) {
        List<Trace> found = traces.traces(conversation, account, limit);
        if (!found.isEmpty()) {
            traces.dropClientIds(conversation, account, found);
            List<Append> appends = new ArrayList<>();
            for (Trace trace : found) {
                Entry entry = trace.entry();
                if (entry != null) {
                    remove(account, entry, appends);
                }
            }
            append(appends);
            traces.drop(conversation, account, found);
        }
        return found.size();
    }

    /// Adds what takes away `entry`: a message, which takes its edits along, or a reaction. Who reacted
    /// and who is behind in the log is told so by an entry that names the emoji; that one is found in
    /// its turn.
    private void remove(AccountId account, Entry entry, List<Append> appends) {
        switch (entry.kind()) {
            case MESSAGE -> {
                if (!entry.isRecalled()) {
                    appends.add(append(entry.conversation(), account, NewEntry.recall(entry.seq())));
                }
            }
            case REACTION -> {
                if (entry.detail().length > 0) {
                    for (String emoji : traces.reactions(entry.conversation(), entry.target(), account)) {
                        NewEntry.Reaction off = new NewEntry.Reaction(emoji, false);
                        appends.add(
                                append(entry.conversation(), account, NewEntry.reaction(entry.target(), off, NOTHING)));
                    }
                    appends.add(append(entry.conversation(), account, NewEntry.recall(entry.seq())));
                }
            }
            case EDIT, RECALL, MEMBER, TITLE -> {}
        }
    }

    @Override
    public int leftovers(AccountId account, int limit) {
        return database.transact(connection -> ForgottenRows.deleteSome(connection, account, limit));
    }

    private static Append append(ConversationId conversation, AccountId author, NewEntry entry) {
        return new Append(
                conversation, author, null, Intent.UNDER_THE_LOCK, false, Intent.Forget.INSTANCE, List.of(entry));
    }

    /// Hands all in, in order, so that the lanes commit them together, and waits for their answers.
    private void append(List<Append> appends) {
        AtomicReference<@Nullable AppendResult> fault = new AtomicReference<>();
        CountDownLatch answers = new CountDownLatch(appends.size());
        for (Append append : appends) {
            history.append(append, result -> {
                if (!isDone(result)) {
                    fault.set(result);
                }
                answers.countDown();
            });
        }
        try {
            answers.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new Unavailable("the wait for the log was ended", stop);
        }
        AppendResult open = fault.get();
        if (open != null) {
            throw new Unavailable("the log did not take what removes an entry: " + open);
        }
    }

    private static boolean isDone(AppendResult result) {
        return switch (result) {
            case AppendResult.Appended done -> true;
            case AppendResult.Unneeded done -> true;
            // A conversation without an entry: it was only asked for.
            case AppendResult.WrongState none -> true;
            case AppendResult.Busy later -> false;
            case AppendResult.Unknown later -> false;
            case AppendResult.Failed failed -> false;
            case AppendResult.Repeated never -> throw new IllegalStateException("no client id was given");
            case AppendResult.ClientIdReused never -> throw new IllegalStateException("no client id was given");
            case AppendResult.Refused refused -> throw new IllegalStateException("refused: " + refused.refusal());
        };
    }
}
