package parley.cluster.internal.redis;

import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import parley.cluster.NodeStatus;
import parley.cluster.Registry;
import parley.cluster.internal.Partitions;
import parley.kernel.AccountId;
import parley.kernel.Unavailable;
import parley.redis.link.RedisLink;

/// Which nodes have sessions of an account: a hash per node and group, from account to its sessions
/// there. The hashes of a node are read only while its lease holds, and end by themselves soon after
/// nobody refreshes them. Thread-safe.
final class RedisRegistry implements Registry {
    private static final int ACCOUNTS_MAX = 1_000;
    private static final int DETAIL_CHARS_MAX = 512;
    private static final long LIFETIME_MILLIS = 60_000;

    /// What was renewed is there at least so long after Redis was reached last: it is renewed every 5 s.
    static final Duration KEPT = Duration.ofSeconds(40);
    /// What the script says of a hash: it holds something, and it held something before.
    private static final int IS = 1;

    private static final int WAS = 2;
    private static final Logger LOG = System.getLogger(RedisRegistry.class.getName());

    private final String bootId;
    private final SessionRecords records;
    private final RedisLink link;
    private final Supplier<List<NodeStatus>> others;
    private final RegistryWriter writer;

    /// Hashes that hold something, by what was told. Owned by the writer's thread.
    private final Set<String> told = new HashSet<>();

    RedisRegistry(String bootId, Seal seal, RedisLink link, Supplier<List<NodeStatus>> others) {
        this.bootId = bootId;
        this.records = new SessionRecords(seal);
        this.link = link;
        this.others = others;
        this.writer = new RegistryWriter(this::write, this::clear, this::refresh);
    }

    void start() {
        writer.start();
    }

    @Override
    public void add(AccountId account, long session, String detail) {
        if (detail.length() > DETAIL_CHARS_MAX) {
            LOG.log(Level.ERROR, "the detail of a session has {0} characters and was left out", detail.length());
        }
        writer.add(new Announced(account, session, detail.length() > DETAIL_CHARS_MAX ? "" : detail));
    }

    @Override
    public void remove(AccountId account, long session) {
        writer.remove(account, session);
    }

    @Override
    public void announceFrom(Supplier<Stream<Announced>> sessions) {
        writer.announceFrom(sessions);
    }

    /// What Redis holds of this node is gone, or may be.
    void announceAgain() {
        writer.announceAgain();
    }

    @Override
    public Map<AccountId, List<Place>> find(Collection<AccountId> accounts) {
        if (accounts.size() > ACCOUNTS_MAX) {
            throw new IllegalArgumentException("at most " + ACCOUNTS_MAX + " accounts, not " + accounts.size());
        }
        List<Question> questions = questions(accounts);
        if (questions.isEmpty()) {
            return Map.of();
        }
        Optional<List<List<KeyValue<String, byte[]>>>> answers = link.ask(
                "find",
                redis -> questions.stream()
                        .map(question -> redis.hmget(question.key(), question.fields()))
                        .toList());
        if (answers.isEmpty()) {
            throw new Unavailable("redis");
        }
        Map<AccountId, List<Place>> found = new HashMap<>();
        for (int i = 0; i < questions.size(); i++) {
            Question question = questions.get(i);
            List<KeyValue<String, byte[]>> values = answers.get().get(i);
            for (int j = 0; j < values.size(); j++) {
                if (values.get(j).hasValue()) {
                    AccountId account = question.accounts().get(j);
                    List<Place> places = records.places(
                            account, question.bootId(), values.get(j).getValue());
                    if (!places.isEmpty()) {
                        found.computeIfAbsent(account, any -> new ArrayList<>()).addAll(places);
                    }
                }
            }
        }
        return found;
    }

    /// Accounts of one group, asked for at one node.
    private record Question(String bootId, String key, List<AccountId> accounts) {
        String[] fields() {
            return accounts.stream().map(AccountId::toString).toArray(String[]::new);
        }
    }

    private List<Question> questions(Collection<AccountId> accounts) {
        List<Question> questions = new ArrayList<>();
        for (NodeStatus other : others.get()) {
            String boot = other.node().bootId();
            Map<String, List<AccountId>> byKey = new LinkedHashMap<>();
            for (AccountId account : accounts) {
                byKey.computeIfAbsent(SessionRecords.key(account, boot), any -> new ArrayList<>())
                        .add(account);
            }
            byKey.forEach((key, some) -> questions.add(new Question(boot, key, some)));
        }
        return questions;
    }

    /// One command for all changes of a group, however many connect at once.
    private boolean write(List<RegistryWriter.Change> changes) {
        Map<String, List<byte[]>> arguments = new LinkedHashMap<>();
        for (RegistryWriter.Change change : changes) {
            List<byte[]> some = arguments.computeIfAbsent(
                    SessionRecords.key(change.account(), bootId),
                    any -> new ArrayList<>(List.of(ascii(Long.toString(LIFETIME_MILLIS)))));
            some.add(ascii(change.account().toString()));
            some.add(SessionRecords.session(change.session()));
            some.add(
                    change.detail() == null
                            ? new byte[0]
                            : records.record(change.account(), bootId, change.session(), change.detail()));
        }
        List<String> keys = List.copyOf(arguments.keySet());
        Optional<List<Long>> answers = link.ask(
                "register",
                redis -> keys.stream()
                        .map(key -> redis.<Long>eval(
                                Scripts.CHANGE_SESSIONS,
                                ScriptOutputType.INTEGER,
                                new String[] {key},
                                arguments.getOrDefault(key, List.of()).toArray(byte[][]::new)))
                        .toList());
        if (answers.isEmpty()) {
            return false;
        }
        for (int i = 0; i < keys.size(); i++) {
            String key = keys.get(i);
            long found = answers.get().get(i);
            if ((found & WAS) == 0 && told.contains(key)) {
                lost(key);
            }
            boolean unused = (found & IS) == 0 ? told.remove(key) : told.add(key);
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    private boolean clear() {
        told.clear();
        return link.ask(
                        "unregister",
                        redis -> keys().<RedisFuture<Long>>map(redis::unlink).toList())
                .isPresent();
    }

    private boolean refresh() {
        List<String> keys = keys().toList();
        Optional<List<Boolean>> answers = link.ask(
                "refresh",
                redis -> keys.stream()
                        .<RedisFuture<Boolean>>map(key -> redis.pexpire(key, LIFETIME_MILLIS))
                        .toList());
        if (answers.isEmpty()) {
            return false;
        }
        for (int i = 0; i < keys.size(); i++) {
            if (!answers.get().get(i) && told.contains(keys.get(i))) {
                lost(keys.get(i));
            }
        }
        return true;
    }

    private void lost(String key) {
        LOG.log(Level.WARNING, "Redis lost {0}; all sessions of this node are told again", key);
        boolean unused = told.remove(key);
        writer.announceAfterwards();
    }

    private Stream<String> keys() {
        return IntStream.range(0, Partitions.GROUPS).mapToObj(group -> ClusterKeys.sessions(group, bootId));
    }

    /// Tells nothing more, and takes back what was told.
    void close() {
        writer.close();
        boolean unused = clear();
    }
}
