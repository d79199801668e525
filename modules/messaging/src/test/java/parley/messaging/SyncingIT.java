package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.messaging.TestNode.done;
import static parley.messaging.TestNode.refusal;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.Conversations.Refusal;
import parley.messaging.Conversations.Synced;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.Seeds;
import parley.testkit.TestDatabase;

/// `sync`.
@ExtendWith(LeakChecker.class)
@EachEngine({"history", "messaging"})
final class SyncingIT {
    private final Database database;
    private final TestNode node;

    SyncingIT(TestDatabase database) {
        this.database = database.database();
        node = TestNode.alone(this.database);
    }

    @AfterEach
    void close() {
        node.close();
    }

    /// What a client knows, kept up to date by syncs alone.
    private final class Client {
        private final AccountId account;
        private final Map<ConversationId, ConversationView> known = new TreeMap<>();
        private @Nullable String cursor;

        Client(AccountId account) {
            this.account = account;
        }

        void sync(int limit) {
            boolean more = true;
            for (int pages = 0; more; pages++) {
                Synced page = done(node.conversations.sync(account, cursor, limit));
                assertTrue(page.conversations().size() + page.removed().size() <= limit);
                page.conversations().forEach(view -> known.put(view.conversation(), comparable(view)));
                page.removed().forEach(known::remove);
                cursor = page.cursor();
                more = page.hasMore();
                assertTrue(pages < 1_000, "a sync that never ends");
            }
        }

        /// Fails when a view that the server would give now is not what this client knows.
        void assertKnowsAll() {
            Map<ConversationId, ConversationView> now = new TreeMap<>();
            for (Reading.Membership membership : node.reading.memberships(account)) {
                ConversationView view = node.view(account, membership.conversation());
                now.put(view.conversation(), comparable(view));
            }
            assertEquals(now, known);
        }
    }

    @Test
    void withoutACursorItTellsEverythingAndThenWhatChanged() {
        // Contract: what changed since the cursor; includes everything acknowledged before the call.
        AccountId ann = node.person();
        AccountId bob = node.person();
        for (int i = 0; i < 7; i++) {
            ConversationId unused = node.group(ann, bob);
        }
        Client client = new Client(bob);
        client.sync(3);
        client.assertKnowsAll();
        ConversationId group = node.group(ann, bob);
        long unused = node.say(ann, group, "x");
        client.sync(3);
        client.assertKnowsAll();
        Object unusedChange = done(node.conversations.removeMember(ann, group, bob));
        client.sync(3);
        client.assertKnowsAll();
        assertEquals(7, client.known.size());
        unusedChange = done(node.conversations.addMembers(ann, group, List.of(bob)));
        unusedChange = done(node.conversations.markRead(bob, group, 100));
        client.sync(200);
        client.assertKnowsAll();
    }

    @Test
    void itNeverOmitsAChangeWhateverHappensMeanwhile() {
        // Contract: may name a conversation again, never omits one; changes of all kinds, while it pages.
        Seeds.each(2, seed -> {
            List<AccountId> people = node.people(4);
            List<ConversationId> groups = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                groups.add(node.group(people.getFirst(), people.get(1), people.get(2), people.get(3)));
            }
            AtomicBoolean going = new AtomicBoolean(true);
            List<Client> clients = people.stream().map(Client::new).toList();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> changes = new ArrayList<>();
                for (int writer = 0; writer < 3; writer++) {
                    Random random = new Random(seed * 31 + writer);
                    changes.add(threads.submit(() -> {
                        while (going.get()) {
                            change(random, people, groups.get(random.nextInt(groups.size())));
                        }
                    }));
                }
                Random random = new Random(seed);
                for (int round = 0; round < 15; round++) {
                    for (Client client : clients) {
                        client.sync(1 + random.nextInt(5));
                    }
                }
                going.set(false);
                for (Future<?> change : changes) {
                    Object unused = change.get();
                }
            }
            for (Client client : clients) {
                client.sync(3);
                client.assertKnowsAll();
            }
        });
    }

    @Test
    void eachChangeIsNamedByItselfAndNothingElseIs() {
        // Contract: what changed since the cursor. All else is old, so no overlap hides what was missed.
        Seeds.each(2, seed -> {
            Random random = new Random(seed);
            List<AccountId> people = node.people(4);
            List<ConversationId> groups = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                groups.add(node.group(people.getFirst(), people.get(1), people.get(2), people.get(3)));
            }
            List<Client> clients = people.stream().map(Client::new).toList();
            clients.forEach(client -> client.sync(10));
            for (int i = 0; i < 40; i++) {
                makeAllOld();
                ConversationId group = groups.get(random.nextInt(groups.size()));
                change(random, people, group);
                for (Client client : clients) {
                    String cursor = client.cursor;
                    client.sync(10);
                    client.assertKnowsAll();
                    Synced again = done(node.conversations.sync(client.account, cursor, 10));
                    assertTrue(again.conversations().stream()
                            .allMatch(view -> view.conversation().equals(group)));
                    assertTrue(again.removed().stream().allMatch(group::equals));
                }
            }
        });
    }

    @Test
    void aCursorOfATimeThatIsYetToComeHidesNothing() {
        // Contract: never omits one; also after the database's clock was set back, or one behind it took over.
        AccountId ann = node.person();
        ConversationId group = node.group(ann);
        long later = System.currentTimeMillis() + Duration.ofHours(2).toMillis();
        ByteBuffer cursor = ByteBuffer.allocate(29)
                .put((byte) 's')
                .putLong(later)
                .putLong(0)
                .putLong(0);
        CRC32 check = new CRC32();
        check.update(cursor.array(), 0, cursor.position());
        String text = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(cursor.putInt((int) check.getValue()).array());
        assertEquals(
                List.of(group),
                done(node.conversations.sync(ann, text, 10)).conversations().stream()
                        .map(ConversationView::conversation)
                        .toList());
    }

    /// As if everything so far had happened a minute earlier.
    private void makeAllOld() throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            int unused = statement.executeUpdate(
                    "update messaging_membership set changed_at = changed_at - 60000, member_at = member_at - 60000");
            unused = statement.executeUpdate("update history_head set time = time - 60000");
        }
    }

    @Test
    void badCursorsAreRefused() {
        // Contract: 107 names `field: rule`.
        AccountId ann = node.person();
        assertEquals(
                "cursor",
                assertInstanceOf(Refusal.Invalid.class, refusal(node.conversations.sync(ann, "x", 10)))
                        .field());
        for (int limit : new int[] {0, 201}) {
            assertEquals(
                    "limit",
                    assertInstanceOf(Refusal.Invalid.class, refusal(node.conversations.sync(ann, null, limit)))
                            .field());
        }
    }

    private void change(Random random, List<AccountId> people, ConversationId group) {
        AccountId owner = people.getFirst();
        AccountId one = people.get(1 + random.nextInt(3));
        Object unused = switch (random.nextInt(6)) {
            case 0 -> node.conversations.removeMember(owner, group, one);
            case 1 -> node.conversations.addMembers(owner, group, List.of(one));
            case 2 -> node.conversations.rename(owner, group, "T" + random.nextInt(100));
            case 3 -> node.conversations.setRole(owner, group, one, random.nextBoolean() ? Role.ADMIN : Role.MEMBER);
            case 4 -> node.conversations.markRead(one, group, random.nextLong(200));
            default -> node.send(one, group, null, "{}");
        };
    }

    /// Without the last entry, which sync does not tell, and the time, which this test changes.
    private static ConversationView comparable(ConversationView view) {
        return new ConversationView(
                view.conversation(),
                view.kind(),
                view.title(),
                view.with(),
                view.role(),
                view.visibleFrom(),
                view.head(),
                0,
                view.messages(),
                view.read(),
                view.unread(),
                view.mentions(),
                null);
    }
}
