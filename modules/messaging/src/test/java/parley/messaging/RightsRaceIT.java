package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.messaging.TestNode.done;
import static parley.messaging.TestNode.get;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.kernel.Dialect;
import parley.messaging.SendResult.Sent;
import parley.messaging.wiring.MessagingConfig;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.Seeds;
import parley.testkit.TestDatabase;

/// Mutes, removals and roles raced with what members write, on two nodes that hear nothing of each
/// other.
@ExtendWith(LeakChecker.class)
@EachEngine({"history", "messaging"})
final class RightsRaceIT {
    private static final long FAR = 4_000_000_000_000L;
    private static final int CHANGES = 30;
    private static final int WRITES = 120;

    private final Database database;

    RightsRaceIT(TestDatabase database) {
        this.database = database.database();
    }

    @Test
    void theLogHoldsNothingThatItsWriterHadNoRightTo() {
        // Refused by the version check, also raced: read in order, the log shows each member's rights, and
        // every message and reaction stands where its author was a member that was not muted.
        Seeds.each(3, this::run);
    }

    private void run(long seed) throws Exception {
        KnownPeople people = new KnownPeople();
        try (TestNode one = new TestNode(database, TestNode.cluster().bus(), people, MessagingConfig.defaults());
                TestNode two = new TestNode(database, TestNode.cluster().bus(), people, MessagingConfig.defaults())) {
            // Embedded there is one node: decision 0005.
            TestNode other = database.dialect() == Dialect.H2 ? one : two;
            AccountId owner = one.person();
            List<AccountId> guests = one.people(2);
            ConversationId group = one.group(owner, guests.toArray(AccountId[]::new));
            long first = one.say(owner, group, "first");
            Random random = new Random(seed);
            Thread changes = Thread.ofVirtual().start(() -> change(one, owner, guests, group, new Random(seed)));
            Map<Long, SendResult> answers = new HashMap<>();
            List<CompletableFuture<SendResult>> sends = new ArrayList<>();
            for (int i = 0; i < WRITES; i++) {
                AccountId guest = guests.get(random.nextInt(guests.size()));
                TestNode node = random.nextBoolean() ? one : other;
                if (random.nextInt(4) == 0) {
                    Object unused = node.module.revising().react(guest, group, first, "x" + i, true);
                } else {
                    sends.add(node.sendLater(guest, group, "m" + i, "{}"));
                }
                LockSupport.parkNanos(random.nextLong(1_000_000));
            }
            changes.join();
            for (CompletableFuture<SendResult> send : sends) {
                SendResult answer = get(send);
                if (answer instanceof Sent sent) {
                    SendResult unused = answers.put(sent.seq(), answer);
                } else {
                    assertTrue(
                            answer instanceof SendResult.Muted || answer instanceof SendResult.NotAMember,
                            answer.toString());
                }
            }
            check(one.log(group), owner, answers.size());
        }
    }

    private static void change(
            TestNode node, AccountId owner, List<AccountId> guests, ConversationId group, Random random) {
        for (int i = 0; i < CHANGES; i++) {
            AccountId guest = guests.get(random.nextInt(guests.size()));
            Object unused = switch (random.nextInt(5)) {
                case 0, 1 -> node.conversations.mute(owner, group, guest, random.nextBoolean() ? FAR : 0);
                case 2 -> node.conversations.removeMember(owner, group, guest);
                case 3 -> node.conversations.addMembers(owner, group, List.of(guest));
                default ->
                    node.conversations.setRole(owner, group, guest, random.nextBoolean() ? Role.ADMIN : Role.MEMBER);
            };
            LockSupport.parkNanos(random.nextLong(4_000_000));
        }
        guests.forEach(guest -> {
            Object unused = done(node.conversations.addMembers(owner, group, List.of(guest)));
        });
    }

    /// Whether a member may write, by the entries so far.
    private static void check(List<Entry> log, AccountId owner, int sent) {
        Map<AccountId, Boolean> mayWrite = new HashMap<>();
        int messages = 0;
        for (Entry entry : log) {
            Optional<MemberChange> change = MemberChange.of(entry);
            if (change.isPresent()) {
                AccountId account = change.get().account();
                switch (change.get().change()) {
                    case ADDED -> mayWrite.put(account, true);
                    case REMOVED, LEFT -> mayWrite.put(account, false);
                    case MUTED -> mayWrite.put(account, change.get().until() == 0);
                    case ROLE -> {}
                }
            } else if (entry.kind() == EntryKind.MESSAGE || entry.kind() == EntryKind.REACTION) {
                assertTrue(mayWrite.getOrDefault(entry.author(), false), "had no right: " + entry);
                messages += entry.kind() == EntryKind.MESSAGE && !entry.author().equals(owner) ? 1 : 0;
            }
        }
        assertEquals(sent, messages);
    }
}
