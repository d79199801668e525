package parley.sessions.internal.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.DeviceId;
import parley.kernel.SessionId;
import parley.messaging.FeedListener;
import parley.messaging.Feeds;
import parley.messaging.MemberChange;
import parley.messaging.MemberChange.Change;
import parley.messaging.Role;
import parley.sessions.Disconnect;
import parley.sessions.SessionView;
import parley.sessions.internal.protocol.Lifetime;
import parley.sessions.internal.protocol.Outbound;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.message.Push;
import parley.testkit.Seeds;

/// Random histories of one conversation, one account that comes and goes as a member, and sessions that
/// connect, read slowly and are fed from the log, in every order that the promises of the neighbours
/// allow.
class HubPropertyTest {
    private static final ConversationId CONVERSATION = new ConversationId(7);
    private static final AccountId ME = new AccountId(1);
    private static final AccountId OTHER = new AccountId(2);
    private static final int HISTORIES = 3_000;
    private static final int STEPS = 120;

    @Test
    void everySessionGetsEveryEntryInOrderOnce() {
        // I4: every member device sees every entry in seq order, none twice, none missing, however slowly it reads.
        Seeds.each(HISTORIES, seed -> {
            World world = new World(seed);
            world.live();
            world.settle();
            world.check();
        });
    }

    /// The log, the hints under way, the tasks that wait for a thread, and the sessions.
    private static final class World implements Feeds, LogReader, Executor {
        private final long seed;
        private final Random random;
        private final List<Entry> log = new ArrayList<>();
        private final Deque<List<Entry>> hints = new ArrayDeque<>();
        private final List<Runnable> tasks = new ArrayList<>();
        private final List<Client> clients = new ArrayList<>();
        private final SessionDirectory directory = new SessionDirectory();
        private final Hub hub;
        private boolean member = true;
        private long joinedAt = 1;
        private boolean followed;

        World(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.hub = new Hub(
                    directory, this, this, "e", new HubMetrics(new SimpleMeterRegistry()), this, (s, event) -> {});
            append(change(ME, Change.ADDED));
            append(change(OTHER, Change.ADDED));
            hints.clear();
        }

        void live() {
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(12)) {
                    case 0, 1, 2, 3 -> append(message());
                    case 4, 5, 6 -> deliverHint();
                    case 7 -> runTask();
                    case 8 -> changeMembership();
                    case 9 -> connectOrOpen();
                    case 10 -> clients.forEach(client -> client.read(random.nextInt(6)));
                    default -> endSome();
                }
            }
        }

        void settle() {
            clients.forEach(Client::open);
            while (!hints.isEmpty() || !tasks.isEmpty() || clients.stream().anyMatch(Client::isHeldUp)) {
                deliverHint();
                runTask();
                clients.forEach(client -> client.read(100));
            }
        }

        void check() {
            clients.forEach(client -> client.check(log, member));
        }

        private void append(Entry entry) {
            log.add(entry);
            hints.add(List.of(entry));
        }

        private Entry message() {
            return entry(EntryKind.MESSAGE, new byte[0], "{}".getBytes(StandardCharsets.US_ASCII));
        }

        private Entry change(AccountId account, Change change) {
            return entry(EntryKind.MEMBER, new MemberChange(account, change, Role.MEMBER).detail(), new byte[0]);
        }

        private Entry entry(EntryKind kind, byte[] detail, byte[] body) {
            return new Entry(CONVERSATION, log.size() + 1, kind, OTHER, null, 0, 0, 0, detail, body);
        }

        private void changeMembership() {
            append(change(ME, member ? Change.REMOVED : Change.ADDED));
            member = !member;
            joinedAt = log.size();
        }

        /// Hands the next hints over as the feed does: in order, several at once now and then, an added
        /// account first.
        private void deliverHint() {
            List<Entry> run = new ArrayList<>();
            int hintCount = 1 + random.nextInt(3);
            for (int i = 0; i < hintCount && !hints.isEmpty(); i++) {
                run.addAll(hints.remove());
            }
            for (Entry entry : run) {
                MemberChange.of(entry)
                        .filter(change -> change.change() == Change.ADDED)
                        .filter(change -> hub.isConnected(change.account()))
                        .ifPresent(change -> hub.added(change.account(), CONVERSATION, entry.seq(), entry.seq()));
            }
            if (!run.isEmpty() && followed) {
                hub.entries(CONVERSATION, run);
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

        @Override
        public void listen(FeedListener listener) {}

        @Override
        public void follow(ConversationId conversation) {
            followed = true;
        }

        @Override
        public void unfollow(ConversationId conversation) {
            followed = false;
        }

        @Override
        public void reached(ConversationId conversation, long head) {}

        @Override
        public List<Entry> after(ConversationId conversation, long after, int limit) {
            int to = (int) Math.min(log.size(), after + 1 + random.nextInt(5));
            return List.copyOf(log.subList((int) after, Math.max((int) after, to)));
        }

        @Override
        public OptionalLong headIfDeparted(AccountId account, ConversationId conversation) {
            return member ? OptionalLong.empty() : OptionalLong.of(log.size());
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }
    }

    /// A client with a small way out, and what it was told.
    private static final class Client implements Outbound {
        private final World world;
        private final HubSession session;
        private final List<Push> told = new ArrayList<>();
        private int room = 5;
        private boolean refused;
        private boolean opened;
        private final long start;

        Client(World world, long id) {
            this.world = world;
            this.start = world.log.size();
            SessionView view =
                    new SessionView(new SessionId(id), ME, new DeviceId(1), "127.0.0.1", "test", "1", Instant.EPOCH);
            this.session = world.hub.register(view, this, true, 200);
        }

        /// As the back end does it: follow, read the head, place.
        void connect() {
            if (!world.member || !world.hub.hold(session, CONVERSATION)) {
                return;
            }
            for (int i = world.random.nextInt(3); i > 0; i--) {
                world.deliverHint();
            }
            long head = world.log.size();
            boolean known = world.random.nextBoolean();
            long position = known ? head - world.random.nextInt((int) (head - world.joinedAt) + 1) : head;
            world.hub.place(session, CONVERSATION, position, head, known);
            if (known) {
                told.add(Push.Subscribed.stream(Channels.of(CONVERSATION), "e", position));
            }
        }

        void open() {
            opened = true;
            session.open();
        }

        void read(int entries) {
            room = Math.min(5, room + entries);
            if (refused && room > 0) {
                refused = false;
                session.drained();
            }
        }

        boolean isHeldUp() {
            return refused;
        }

        @Override
        public boolean deliver(EncodedPush push) {
            return deliver(List.of(push)) == 1;
        }

        @Override
        public int deliver(List<EncodedPush> pushes) {
            assertTrue(opened, () -> "seed " + world.seed + ": delivered before the connect reply");
            int taken = Math.min(room, pushes.size());
            pushes.subList(0, taken).forEach(push -> told.addAll(push.pushes()));
            room -= taken;
            refused |= taken < pushes.size();
            return taken;
        }

        @Override
        public boolean offer(EncodedPush push) {
            return true;
        }

        @Override
        public boolean announce(EncodedPush push) {
            assertTrue(opened, () -> "seed " + world.seed + ": announced before the connect reply");
            return told.addAll(push.pushes());
        }

        @Override
        public boolean hasRoom() {
            return room > 0;
        }

        @Override
        public void renew(Lifetime lifetime) {}

        @Override
        public void disconnect(Disconnect why) {
            throw new AssertionError("seed " + world.seed + ": " + why);
        }

        /// Follows what the client was told: subscriptions, entries each the next one, ends right after
        /// the entry that says so.
        void check(List<Entry> log, boolean member) {
            boolean subscribed = false;
            long position = -1;
            for (Push push : told) {
                switch (push) {
                    case Push.Subscribed begun -> {
                        assertFalse(subscribed, this::story);
                        subscribed = true;
                        assertTrue(begun.offset() >= position, this::story);
                        position = begun.offset();
                    }
                    case Push.Published published -> {
                        assertTrue(subscribed, this::story);
                        assertEquals(++position, published.publication().offset(), this::story);
                    }
                    case Push.Unsubscribed ended -> {
                        assertTrue(subscribed && endsMembership(log.get((int) position - 1)), this::story);
                        subscribed = false;
                    }
                    default -> throw new AssertionError(story());
                }
            }
            assertTrue(member || !subscribed, this::story);
            assertTrue(subscribed || !member || world.joinedAt <= start, this::story);
            if (subscribed) {
                assertEquals(log.size(), position, this::story);
            }
        }

        private static boolean endsMembership(Entry entry) {
            return MemberChange.of(entry).filter(MemberChange::endsMembership).isPresent();
        }

        private String story() {
            List<String> lines = new ArrayList<>(Collections.nCopies(1, "seed " + world.seed));
            told.forEach(push -> lines.add(push.toString()));
            world.log.stream()
                    .filter(entry -> entry.kind() == EntryKind.MEMBER)
                    .forEach(
                            entry -> lines.add(entry.seq() + " " + new String(entry.detail(), StandardCharsets.UTF_8)));
            return String.join("\n", lines);
        }
    }
}
