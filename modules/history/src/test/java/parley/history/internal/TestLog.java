package parley.history.internal;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.history.Admission;
import parley.history.Append;
import parley.history.AppendResult;
import parley.history.AppendResult.Committed;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.history.Head;
import parley.history.History;
import parley.history.NewEntry;
import parley.history.Projection;
import parley.history.wiring.HistoryConfig;
import parley.history.wiring.HistoryModule;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.kernel.Health;
import parley.kernel.IdSource;

/// A log on a real database, with hand-made ports: what they do can be changed at any time, and what was
/// told to them is kept.
final class TestLog implements AutoCloseable {
    private static final IdSource IDS = new IdSource(InstantSource.system());
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final Ports ports = new Ports();
    final HistoryModule module;
    final History history;
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    TestLog(Database database, HistoryConfig config) {
        module = HistoryModule.create(database, config, ports, ports, registry);
        history = module.history();
    }

    /// With the defaults but for [#patient].
    TestLog(Database database) {
        this(database, patient());
    }

    /// Statements of a test in place of `messaging`'s.
    interface Projecting {
        void project(Connection connection, List<Committed> batch) throws SQLException;
    }

    interface Admitting {
        Admission.Verdict admit(Connection connection, Head head, Append append) throws SQLException;
    }

    interface Revising {
        Admission.Verdict admit(Append append, Admission.Target target);
    }

    record No(String why) implements Admission.Refusal {}

    record Want(String what) implements Append.Intent {}

    static final class Ports implements Admission, Projection {
        /// False = what was committed is forgotten, for long runs.
        volatile boolean keeps = true;

        final ConcurrentLinkedQueue<List<Committed>> batches = new ConcurrentLinkedQueue<>();
        volatile Projecting projecting = (connection, batch) -> {};
        volatile Admitting admitting = (connection, head, append) -> new Verdict.Admitted(append.entries());
        volatile Revising revising =
                (append, target) -> new Verdict.Admitted(isPossible(append, target) ? append.entries() : List.of());

        @Override
        public Verdict admit(Connection connection, Head head, Append append) throws SQLException {
            return admitting.admit(connection, head, append);
        }

        @Override
        public Verdict admitRevision(Connection connection, Head head, Append append, Target target) {
            return revising.admit(append, target);
        }

        @Override
        public void project(Connection connection, List<Committed> batch) throws SQLException {
            projecting.project(connection, batch);
        }

        @Override
        public void committed(List<Committed> batch) {
            if (keeps) {
                boolean unused = batches.add(batch);
            }
        }

        private static boolean isPossible(Append append, Target target) {
            Entry message = target.entry();
            NewEntry.Reaction reaction = append.revision().orElseThrow().reaction();
            return message != null
                    && message.kind() == EntryKind.MESSAGE
                    && !message.isRecalled()
                    && (reaction == null || reaction.on() != target.hasReacted());
        }

        List<Entry> told(ConversationId conversation) {
            return batches.stream()
                    .flatMap(List::stream)
                    .flatMap(committed -> committed.entries().stream())
                    .filter(entry -> entry.conversation().equals(conversation))
                    .toList();
        }
    }

    /// The defaults with time for all of many appends that come at once, on a machine that may stand still.
    static HistoryConfig patient() {
        HistoryConfig.LaneLimits limits = HistoryConfig.LaneLimits.defaults();
        return patient(limits.lanes(), limits.queueAppendsMax());
    }

    /// As [#patient] with a single lane, so that what is sent together gathers in one queue.
    static HistoryConfig oneLane(int queueAppendsMax) {
        return patient(1, queueAppendsMax);
    }

    private static HistoryConfig patient(int lanes, int queueAppendsMax) {
        HistoryConfig.LaneLimits limits = HistoryConfig.LaneLimits.defaults();
        return HistoryConfig.defaults()
                .withLanes(new HistoryConfig.LaneLimits(
                        lanes,
                        limits.batchRowsMax(),
                        limits.batchBytesMax(),
                        queueAppendsMax,
                        limits.queueBytesMax(),
                        PATIENCE,
                        PATIENCE,
                        limits.lockWaitMax(),
                        limits.idleTransactionMax()));
    }

    static ConversationId newConversation() {
        return new ConversationId(IDS.next());
    }

    static AccountId newAccount() {
        return new AccountId(IDS.next());
    }

    /// A conversation with one member entry.
    ConversationId created() {
        ConversationId conversation = newConversation();
        AppendResult result = history.append(first(conversation, null));
        if (!(result instanceof AppendResult.Appended)) {
            throw new AssertionError("not created: " + result);
        }
        return conversation;
    }

    static Append first(ConversationId conversation, @Nullable String clientId) {
        return new Append(
                conversation, newAccount(), clientId, 0, true, new Want("create"), List.of(member("creator")));
    }

    static NewEntry member(String detail) {
        return NewEntry.stated(EntryKind.MEMBER, bytes(detail));
    }

    /// A message by an author who was authorised against the members' first version.
    static Append message(ConversationId conversation, AccountId author, @Nullable String clientId, String body) {
        return message(conversation, author, clientId, 1, body);
    }

    static Append message(
            ConversationId conversation, AccountId author, @Nullable String clientId, long version, String body) {
        return new Append(
                conversation,
                author,
                clientId,
                version,
                false,
                new Want("send"),
                List.of(NewEntry.message(bytes(body))));
    }

    static Append membersChange(ConversationId conversation, AccountId author, long version, String detail) {
        return new Append(conversation, author, null, version, false, new Want("change"), List.of(member(detail)));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(Entry entry) {
        return new String(entry.body(), StandardCharsets.UTF_8);
    }

    /// Hands the appends in without waiting; the answers come in the same order.
    List<Future<AppendResult>> send(List<Append> appends) {
        List<Future<AppendResult>> answers = new ArrayList<>();
        for (Append append : appends) {
            CompletableFuture<AppendResult> answer = new CompletableFuture<>();
            history.append(append, answer::complete);
            answers.add(answer);
        }
        return answers;
    }

    static AppendResult get(Future<AppendResult> answer) {
        try {
            return answer.get(40, TimeUnit.SECONDS);
        } catch (Exception fault) {
            throw new AssertionError("an append was not answered", fault);
        }
    }

    List<AppendResult> appendAll(List<Append> appends) {
        return send(appends).stream().map(TestLog::get).toList();
    }

    Health probe(String name) {
        return history.probes().stream()
                .filter(probe -> probe.name().equals(name))
                .findFirst()
                .orElseThrow()
                .check();
    }

    double counter(String name) {
        return registry.get(name).counter().count();
    }

    /// How many entries were read from this tier: node, redis or database.
    double read(String tier) {
        return registry.get("parley.history.entries.read")
                .tag("tier", tier)
                .counter()
                .count();
    }

    Head head(ConversationId conversation) {
        Head head = history.heads(Set.of(conversation)).get(conversation);
        if (head == null) {
            throw new AssertionError("no head of " + conversation);
        }
        return head;
    }

    /// All entries, read page by page.
    List<Entry> all(ConversationId conversation) {
        Head head = head(conversation);
        List<Entry> entries = new ArrayList<>();
        while (entries.size() < head.head()) {
            entries.addAll(history.readForward(head, entries.size(), 1_000));
        }
        return entries;
    }

    static boolean same(Entry one, Entry other) {
        return one.conversation().equals(other.conversation())
                && one.seq() == other.seq()
                && one.kind() == other.kind()
                && one.author().equals(other.author())
                && Objects.equals(one.clientId(), other.clientId())
                && one.target() == other.target()
                && one.time() == other.time()
                && one.messages() == other.messages()
                && Arrays.equals(one.detail(), other.detail())
                && Arrays.equals(one.body(), other.body())
                && one.revision().equals(other.revision());
    }

    @Override
    public void close() {
        module.close();
    }
}
