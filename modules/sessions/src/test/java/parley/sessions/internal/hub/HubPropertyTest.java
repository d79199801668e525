package parley.sessions.internal.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.DeviceId;
import parley.kernel.SessionId;
import parley.messaging.MemberChange;
import parley.messaging.MemberChange.Change;
import parley.messaging.Role;
import parley.sessions.SessionView;
import parley.sessions.internal.protocol.message.Push;
import parley.testkit.Seeds;

/// Random histories of some conversations, one account that comes and goes as a member of them, and
/// sessions that connect, read slowly, know only some conversations at once and are fed from the log, in
/// every order that the promises of the neighbours allow.
class HubPropertyTest {
    private static final AccountId ME = new AccountId(1);
    private static final AccountId OTHER = new AccountId(2);
    private static final int HISTORIES = 3_000;
    private static final int STEPS = 200;
    private static final int CONVERSATIONS = 3;
    private static final int ROOM_MAX = 5;

    @Test
    void everySessionGetsEveryEntryInOrderOnce() {
        // I4 and I6: every member device sees every entry in seq order, none twice, none missing, however slowly it
        // reads. I7: it never knows more conversations as subscribed than its limit.
        Seeds.each(HISTORIES, seed -> {
            World world = new World(seed);
            world.live();
            world.settle();
            world.clients.forEach(Client::check);
        });
    }

    /// One conversation: its log, the hints of it that are under way, and whether the account is in it.
    private static final class Talk {
        private final ConversationId id;
        private final List<Entry> log = new ArrayList<>();
        private final Deque<List<Entry>> hints = new ArrayDeque<>();
        private boolean member = true;
        private long joinedAt = 1;

        Talk(long id) {
            this.id = new ConversationId(id);
            append(change(ME, Change.ADDED));
            append(change(OTHER, Change.ADDED));
            hints.clear();
        }

        private void append(Entry entry) {
            log.add(entry);
            hints.add(List.of(entry));
        }

        void speak() {
            append(entry(EntryKind.MESSAGE, new byte[0], "{}".getBytes(StandardCharsets.US_ASCII)));
        }

        void changeMembership() {
            append(change(ME, member ? Change.REMOVED : Change.ADDED));
            member = !member;
            joinedAt = log.size();
        }

        private Entry change(AccountId account, Change change) {
            return entry(EntryKind.MEMBER, new MemberChange(account, change, Role.MEMBER).detail(), new byte[0]);
        }

        private Entry entry(EntryKind kind, byte[] detail, byte[] body) {
            return new Entry(id, log.size() + 1, kind, OTHER, null, 0, 0, 0, detail, body, Entry.Revision.NONE);
        }

        /// The account's membership ends with one of the entries `from` to `to`.
        boolean endsWithin(long from, long to) {
            return log.stream()
                    .filter(entry -> entry.seq() >= from && entry.seq() <= to)
                    .flatMap(entry -> MemberChange.of(entry).stream())
                    .anyMatch(change ->
                            change.endsMembership() && change.account().equals(ME));
        }
    }

    /// The conversations, the tasks that wait for a thread, and the sessions.
    private static final class World implements LogReader, Executor {
        private final long seed;
        private final Random random;
        private final List<Talk> talks = new ArrayList<>();
        private final List<Runnable> tasks = new ArrayList<>();
        private final List<Client> clients = new ArrayList<>();
        private final FollowedFeeds feeds = new FollowedFeeds();
        private final Hub hub;

        World(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.hub = new Hub(
                    new SessionDirectory(),
                    feeds,
                    this,
                    "e",
                    new HubMetrics(new SimpleMeterRegistry()),
                    this,
                    (s, event) -> {});
            for (int id = 1; id <= CONVERSATIONS; id++) {
                talks.add(new Talk(id));
            }
        }

        void live() {
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(12)) {
                    case 0, 1, 2, 3 -> any().speak();
                    case 4, 5, 6 -> deliverHint(any());
                    case 7 -> runTask();
                    case 8 -> any().changeMembership();
                    case 9 -> connectOrOpen();
                    case 10 -> clients.forEach(client -> client.read(random.nextInt(ROOM_MAX + 1)));
                    default -> endSome();
                }
            }
        }

        void settle() {
            clients.forEach(Client::open);
            while (!tasks.isEmpty()
                    || talks.stream().anyMatch(talk -> !talk.hints.isEmpty())
                    || clients.stream().anyMatch(client -> client.out.isFull())) {
                talks.forEach(this::deliverHint);
                runTask();
                clients.forEach(client -> client.read(ROOM_MAX));
            }
        }

        private Talk any() {
            return talks.get(random.nextInt(talks.size()));
        }

        /// Hands the next hints over as the feed does: in order, several at once now and then, an added
        /// account first.
        private void deliverHint(Talk talk) {
            List<Entry> run = new ArrayList<>();
            int hintCount = 1 + random.nextInt(3);
            for (int i = 0; i < hintCount && !talk.hints.isEmpty(); i++) {
                run.addAll(talk.hints.remove());
            }
            for (Entry entry : run) {
                MemberChange.of(entry)
                        .filter(change -> change.change() == Change.ADDED)
                        .filter(change -> hub.isConnected(change.account()))
                        .ifPresent(change -> hub.added(change.account(), talk.id, entry.seq(), entry.seq()));
            }
            if (!run.isEmpty() && feeds.followed().contains(talk.id)) {
                hub.entries(talk.id, run);
            }
        }

        private void runTask() {
            if (!tasks.isEmpty()) {
                tasks.remove(random.nextInt(tasks.size())).run();
            }
        }

        private void connectOrOpen() {
            List<Client> waiting =
                    clients.stream().filter(client -> !client.opened).toList();
            if (!waiting.isEmpty() && random.nextBoolean()) {
                waiting.get(random.nextInt(waiting.size())).open();
            } else if (clients.size() < 4) {
                Client client = new Client(this, clients.size() + 1);
                clients.add(client);
                client.connect();
            }
        }

        private void endSome() {
            if (!clients.isEmpty() && random.nextInt(4) == 0) {
                clients.remove(random.nextInt(clients.size())).session.end();
            }
        }

        private Talk talk(ConversationId conversation) {
            return talks.get((int) conversation.value() - 1);
        }

        @Override
        public List<Entry> after(ConversationId conversation, long after, int limit) {
            List<Entry> log = talk(conversation).log;
            int to = (int) Math.min(log.size(), after + 1 + random.nextInt(5));
            return List.copyOf(log.subList((int) after, Math.max((int) after, to)));
        }

        @Override
        public OptionalLong headIfDeparted(AccountId account, ConversationId conversation) {
            Talk talk = talk(conversation);
            return talk.member ? OptionalLong.empty() : OptionalLong.of(talk.log.size());
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }
    }

    /// A client with a small way out, and what it was told.
    private static final class Client {
        private final World world;
        private final HubSession session;
        private final RecordedWayOut out = new RecordedWayOut(ROOM_MAX);
        private final int subscriptionsMax;
        private final long[] placed = new long[CONVERSATIONS];
        private boolean opened;

        Client(World world, long id) {
            this.world = world;
            this.subscriptionsMax = 1 + world.random.nextInt(CONVERSATIONS + 1);
            SessionView view =
                    new SessionView(new SessionId(id), ME, new DeviceId(1), "127.0.0.1", "test", "1", Instant.EPOCH);
            this.session = world.hub.register(view, new UUID(0, 1), out, true, subscriptionsMax);
        }

        /// As the back end does it: follow, read the head, place; the reply announces as many as it may.
        void connect() {
            for (Talk talk : world.talks) {
                if (talk.member && world.hub.hold(session, talk.id)) {
                    for (int i = world.random.nextInt(3); i > 0; i--) {
                        world.deliverHint(talk);
                    }
                    place(talk);
                }
            }
        }

        private void place(Talk talk) {
            long head = talk.log.size();
            boolean known = world.random.nextBoolean() && session.announced() < subscriptionsMax;
            long position = known ? head - world.random.nextInt((int) (head - talk.joinedAt) + 1) : head;
            world.hub.place(session, talk.id, position, head, known);
            placed[(int) talk.id.value() - 1] = position;
            if (known) {
                out.told().add(Push.Subscribed.stream(Channels.of(talk.id), "e", position));
            }
        }

        void open() {
            if (!opened) {
                opened = true;
                int replied = session.announced();
                assertEquals(replied, out.told().size(), () -> "told before the connect reply" + story());
                session.open();
            }
        }

        void read(int entries) {
            if (out.read(entries)) {
                session.drained();
            }
        }

        void check() {
            assertEquals(List.of(), out.ends(), this::story);
            int announced = 0;
            for (Push push : out.told()) {
                announced += push instanceof Push.Subscribed ? 1 : push instanceof Push.Unsubscribed ? -1 : 0;
                assertTrue(announced <= subscriptionsMax, this::story);
            }
            world.talks.forEach(talk -> new Heard(this, talk).check());
        }

        String story() {
            Stream<String> told = out.told().stream().map(Push::toString);
            Stream<String> changes = world.talks.stream()
                    .flatMap(talk -> talk.log.stream())
                    .filter(entry -> entry.kind() == EntryKind.MEMBER)
                    .map(entry -> entry.conversation() + " " + entry.seq() + " "
                            + new String(entry.detail(), StandardCharsets.UTF_8));
            return "seed " + world.seed + "\n"
                    + String.join("\n", Stream.concat(told, changes).toList());
        }
    }

    /// What a client heard of one conversation: subscriptions, entries each the next one, ends right
    /// after the entry that says so.
    private static final class Heard {
        private final Client client;
        private final Talk talk;
        private boolean subscribed;
        private boolean ended;
        private long position;

        Heard(Client client, Talk talk) {
            this.client = client;
            this.talk = talk;
            this.position = client.placed[(int) talk.id.value() - 1];
        }

        void check() {
            String channel = Channels.of(talk.id);
            for (Push push : client.out.told()) {
                switch (push) {
                    case Push.Subscribed begun when begun.channel().equals(channel) -> begin(begun.offset());
                    case Push.Published published
                    when published.channel().equals(channel) -> {
                        holds(subscribed);
                        holds(published.publication().offset() == ++position);
                    }
                    case Push.Unsubscribed end when end.channel().equals(channel) -> end(end.code());
                    default -> {}
                }
            }
            holds(talk.member || !subscribed);
            holds(!talk.member || position == talk.log.size());
        }

        /// Where it begins: at the last position, unless the membership ended since.
        private void begin(long offset) {
            holds(!subscribed);
            holds(offset >= position);
            holds(offset == position || ended || position == 0 || talk.endsWithin(position + 1, offset));
            subscribed = true;
            ended = false;
            position = offset;
        }

        private void end(int code) {
            holds(subscribed);
            subscribed = false;
            ended = code == 2000;
            holds(code == 2100 || talk.endsWithin(position, position));
        }

        private void holds(boolean condition) {
            assertTrue(condition, () -> talk.id + " at " + position + ", " + client.story());
        }
    }
}
