package parley.app.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import parley.accounts.Administration;
import parley.accounts.Administration.NewAccount;
import parley.accounts.Profile;
import parley.accounts.Tokens;
import parley.accounts.Tokens.Issued;
import parley.app.exit.Failure;
import parley.app.wiring.Modules;
import parley.history.wiring.HistoryRemoval;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.kernel.Unavailable;
import parley.messaging.Conversations;
import parley.messaging.Conversations.HistoryFor;
import parley.messaging.Conversations.Refusal;
import parley.messaging.Conversations.Result;
import parley.messaging.wiring.MessagingRemoval;

/// Makes accounts, tokens and groups for load tests, through the modules' own doors, so that what is
/// made is what people would have made; and removes it again. Used by one thread.
public final class BenchPeople {
    private static final String BATCH = "bench";
    private static final String ACTOR = "bench";
    private static final int AT_ONCE = 5_000;
    private static final int REMOVED_AT_ONCE = 200;
    private static final int CREATING_MAX = 32;
    private static final int MEMBERS_PER_CALL = 999;
    private static final int TRIES_MAX = 20;

    private final Modules modules;

    public BenchPeople(Modules modules) {
        this.modules = modules;
    }

    /// Makes what `plan` says and writes one line of JSON per account to `out`.
    public void prepare(BenchPlan plan, Writer out) {
        List<Profile> accounts = accounts(plan.accounts());
        List<List<ConversationId>> conversations = conversations(plan, accounts);
        Tokens tokens = modules.accounts().tokens();
        try {
            for (int from = 0; from < accounts.size(); from += AT_ONCE) {
                List<Profile> part = accounts.subList(from, Math.min(accounts.size(), from + AT_ONCE));
                List<Issued> issued =
                        tokens.issueFor(part.stream().map(Profile::id).toList(), "bench", plan.tokensLive());
                for (int i = 0; i < part.size(); i++) {
                    out.write(line(part.get(i), issued.get(i), conversations.get(from + i)));
                }
            }
            out.flush();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private List<Profile> accounts(int count) {
        Administration administration = modules.accounts().administration();
        // Handles of one run share its start time, so that runs do not meet.
        String run = "bench." + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX) + ".";
        List<Profile> made = new ArrayList<>(count);
        for (int from = 0; from < count; from += AT_ONCE) {
            List<NewAccount> part = new ArrayList<>();
            for (int i = from; i < Math.min(count, from + AT_ONCE); i++) {
                part.add(new NewAccount(run + i, "Bench " + i));
            }
            made.addAll(administration.createBatch(ACTOR, BATCH, part));
        }
        return made;
    }

    private List<List<ConversationId>> conversations(BenchPlan plan, List<Profile> accounts) {
        List<List<ConversationId>> of = new ArrayList<>(plan.accounts());
        for (int i = 0; i < plan.accounts(); i++) {
            of.add(new ArrayList<>(2));
        }
        Semaphore free = new Semaphore(CREATING_MAX);
        List<Future<ConversationId>> made = new ArrayList<>(plan.conversations());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < plan.conversations(); number++) {
                List<AccountId> members = plan.membersOf(number).stream()
                        .map(index -> accounts.get(index).id())
                        .toList();
                String title = "Bench " + number;
                free.acquireUninterruptibly();
                made.add(threads.submit(() -> {
                    try {
                        return create(members, title);
                    } finally {
                        free.release();
                    }
                }));
            }
        }
        for (int number = 0; number < made.size(); number++) {
            ConversationId conversation = result(made.get(number));
            plan.membersOf(number).forEach(index -> of.get(index).add(conversation));
        }
        return of;
    }

    private static ConversationId result(Future<ConversationId> made) {
        try {
            return made.get();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new Failure("The preparation was interrupted.");
        } catch (ExecutionException fault) {
            throw fault.getCause() instanceof Failure failure
                    ? failure
                    : new Failure("A conversation could not be made; the log has the details.", fault);
        }
    }

    private ConversationId create(List<AccountId> members, String title) {
        Conversations conversations = modules.messaging().conversations();
        AccountId owner = members.getFirst();
        List<List<AccountId>> others = parts(members.subList(1, members.size()), MEMBERS_PER_CALL);
        List<AccountId> founders = others.isEmpty() ? List.of() : others.getFirst();
        ConversationId made = insist(() -> conversations.createGroup(owner, title, title, founders, HistoryFor.JOINED))
                .conversation();
        for (int part = 1; part < others.size(); part++) {
            List<AccountId> more = others.get(part);
            var unused = insist(() -> conversations.addMembers(owner, made, more));
        }
        return made;
    }

    /// Asks again while the answer is "busy" or not known; the same call again changes nothing twice.
    private static <V> V insist(Supplier<Result<V>> call) {
        for (int attempt = 1; attempt <= TRIES_MAX; attempt++) {
            switch (answer(call)) {
                case Result.Done<V>(V value) -> {
                    return value;
                }
                case Result.Refused<V>(Refusal.Busy _), Result.Refused<V>(Refusal.Unknown _) -> {
                    // Once more.
                }
                case Result.Refused<V>(Refusal refusal) ->
                    throw new Failure("A conversation was refused: " + refusal + ".");
            }
        }
        throw new Failure("The database is too slow: a conversation was not made in " + TRIES_MAX + " tries.");
    }

    private static <V> Result<V> answer(Supplier<Result<V>> call) {
        try {
            return call.get();
        } catch (Unavailable busy) {
            return new Result.Refused<>(new Refusal.Busy());
        }
    }

    private static String line(Profile profile, Issued issued, List<ConversationId> conversations) {
        StringBuilder line = new StringBuilder(900);
        line.append("{\"account\":\"").append(profile.id());
        line.append("\",\"handle\":\"").append(profile.handle());
        line.append("\",\"token\":\"").append(issued.accessToken().reveal());
        line.append("\",\"conversations\":[");
        String separator = "\"";
        for (ConversationId conversation : conversations) {
            line.append(separator).append(conversation).append('"');
            separator = ",\"";
        }
        return line.append("]}\n").toString();
    }

    /// Removes all accounts that [#prepare] ever made, and every conversation that these created;
    /// answers how many accounts. What a serving node remembers of them stays until it starts again.
    public int clean(Database database) {
        return remove(modules.accounts().administration(), database, BATCH);
    }

    /// The same for the accounts of any batch.
    public static int remove(Administration administration, Database database, String batch) {
        MessagingRemoval messaging = new MessagingRemoval(database);
        HistoryRemoval history = new HistoryRemoval(database);
        AccountId after = null;
        List<AccountId> page = administration.batch(batch, after, REMOVED_AT_ONCE);
        while (!page.isEmpty()) {
            for (List<ConversationId> part : parts(new ArrayList<>(messaging.createdBy(page)), REMOVED_AT_ONCE)) {
                history.remove(part);
                messaging.removeConversations(part);
            }
            messaging.removeAccounts(page);
            after = Collections.max(page);
            page = administration.batch(batch, after, REMOVED_AT_ONCE);
        }
        int removed = 0;
        int last = administration.removeBatch(ACTOR, batch);
        while (last > 0) {
            removed += last;
            last = administration.removeBatch(ACTOR, batch);
        }
        return removed;
    }

    private static <T> List<List<T>> parts(List<T> all, int size) {
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += size) {
            parts.add(all.subList(from, Math.min(all.size(), from + size)));
        }
        return parts;
    }
}
