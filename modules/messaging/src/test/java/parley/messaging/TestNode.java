package parley.messaging;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.cluster.Bus;
import parley.cluster.Cluster;
import parley.cluster.wiring.ClusterConfig;
import parley.cluster.wiring.ClusterModule;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.history.Head;
import parley.history.History;
import parley.history.wiring.HistoryConfig;
import parley.history.wiring.HistoryModule;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.kernel.IdSource;
import parley.messaging.Conversations.Created;
import parley.messaging.Conversations.HistoryFor;
import parley.messaging.Conversations.Refusal;
import parley.messaging.Conversations.Result;
import parley.messaging.wiring.MessagingConfig;
import parley.messaging.wiring.MessagingModule;

/// One node's messaging on the real log and a real database, and short ways to use it.
final class TestNode implements AutoCloseable {
    private static final IdSource IDS = new IdSource(InstantSource.system());
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final KnownPeople people;
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final MessagingModule.Ports ports;
    final HistoryModule log;
    final MessagingModule module;
    final History history;
    final Conversations conversations;
    final Contacts contacts;
    final Reading reading;

    TestNode(Database database, Bus bus, KnownPeople people, MessagingConfig config) {
        this.people = people;
        ports = MessagingModule.ports(config, database.dialect(), registry);
        log = HistoryModule.create(
                database,
                new HistoryConfig(
                        patient(),
                        HistoryConfig.ReadLimits.defaults(),
                        HistoryConfig.HotLimits.defaults(),
                        java.util.Optional.empty(),
                        true),
                ports.admission(),
                ports.projection(),
                registry);
        history = log.history();
        module = ports.connect(database, history, people, people.blocks, bus, IDS);
        conversations = module.conversations();
        contacts = module.contacts();
        reading = module.reading();
    }

    /// Time for all of many sends that come at once, on a machine that may stand still.
    private static HistoryConfig.LaneLimits patient() {
        HistoryConfig.LaneLimits limits = HistoryConfig.LaneLimits.defaults();
        return new HistoryConfig.LaneLimits(
                limits.lanes(),
                limits.batchRowsMax(),
                limits.batchBytesMax(),
                limits.queueAppendsMax(),
                limits.queueBytesMax(),
                PATIENCE,
                PATIENCE,
                limits.lockWaitMax(),
                limits.idleTransactionMax());
    }

    static TestNode alone(Database database) {
        return new TestNode(database, cluster().bus(), new KnownPeople(), MessagingConfig.defaults());
    }

    static Cluster cluster() {
        return ClusterModule.inProcess(new ClusterConfig("test", "0", "", InstantSource.system()));
    }

    /// An account that exists.
    AccountId person() {
        AccountId account = new AccountId(IDS.next());
        people.add(account);
        return account;
    }

    List<AccountId> people(int count) {
        List<AccountId> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(person());
        }
        return all;
    }

    static AccountId nobody() {
        return new AccountId(IDS.next());
    }

    static String newId() {
        return "id-" + IDS.next();
    }

    ConversationId group(AccountId owner, AccountId... members) {
        return group(HistoryFor.JOINED, owner, members);
    }

    ConversationId group(HistoryFor historyFor, AccountId owner, AccountId... members) {
        Created created = done(conversations.createGroup(owner, newId(), "A group", List.of(members), historyFor));
        return created.conversation();
    }

    ConversationId direct(AccountId one, AccountId other) {
        return done(conversations.createDirect(one, newId(), other)).conversation();
    }

    static <V> V done(Result<V> result) {
        return switch (result) {
            case Result.Done<V>(V value) -> value;
            case Result.Refused<V>(Refusal refusal) -> throw new AssertionError("refused: " + refusal);
        };
    }

    static Refusal refusal(Result<?> result) {
        if (result instanceof Result.Refused<?>(Refusal refusal)) {
            return refusal;
        }
        throw new AssertionError("not refused: " + result);
    }

    SendResult send(AccountId sender, ConversationId conversation, @Nullable String id, String body) {
        return get(sendLater(sender, conversation, id, body));
    }

    CompletableFuture<SendResult> sendLater(
            AccountId sender, ConversationId conversation, @Nullable String id, String body) {
        return sendLater(sender, conversation, Sending.Draft.plain(id, body.getBytes(StandardCharsets.UTF_8)));
    }

    SendResult send(AccountId sender, ConversationId conversation, Sending.Draft draft) {
        return get(sendLater(sender, conversation, draft));
    }

    CompletableFuture<SendResult> sendLater(AccountId sender, ConversationId conversation, Sending.Draft draft) {
        CompletableFuture<SendResult> answer = new CompletableFuture<>();
        module.sending().send(sender, conversation, draft, result -> {
            if (!answer.complete(result)) {
                throw new AssertionError("answered twice");
            }
        });
        return answer;
    }

    static <V> V get(CompletableFuture<V> answer) {
        try {
            return answer.get(40, TimeUnit.SECONDS);
        } catch (Exception fault) {
            throw new AssertionError("not answered", fault);
        }
    }

    /// Sends a message that must be taken; its seq.
    long say(AccountId sender, ConversationId conversation, String text) {
        SendResult result = send(sender, conversation, newId(), "{\"text\":\"" + text + "\"}");
        if (result instanceof SendResult.Sent sent) {
            return sent.seq();
        }
        throw new AssertionError("not sent: " + result);
    }

    Head head(ConversationId conversation) {
        Head head = history.heads(Set.of(conversation)).get(conversation);
        if (head == null) {
            throw new AssertionError("no head of " + conversation);
        }
        return head;
    }

    List<Entry> log(ConversationId conversation) {
        Head head = head(conversation);
        List<Entry> entries = new ArrayList<>();
        while (entries.size() < head.head()) {
            entries.addAll(history.readForward(head, entries.size(), 1_000));
        }
        return entries;
    }

    /// The log in short: `member {...}`, `title {...}`, `message {...}`.
    List<String> told(ConversationId conversation) {
        return log(conversation).stream()
                .map(entry -> entry.kind().name().toLowerCase(java.util.Locale.ROOT) + " "
                        + new String(
                                entry.kind() == EntryKind.MESSAGE ? entry.body() : entry.detail(),
                                StandardCharsets.UTF_8))
                .toList();
    }

    static String member(AccountId account, String change, String role) {
        return "member {\"account\":\"" + account + "\",\"change\":\"" + change + "\",\"role\":\"" + role + "\"}";
    }

    ConversationView view(AccountId account, ConversationId conversation) {
        return done(conversations.get(account, conversation)).conversation();
    }

    @Override
    public void close() {
        log.close();
        module.close();
    }
}
