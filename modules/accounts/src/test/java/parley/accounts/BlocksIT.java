package parley.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.accounts.Blocks.BlockResult;
import parley.accounts.internal.account.SqlBlocks;
import parley.kernel.AccountId;
import parley.kernel.Database;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

/// Who blocks whom.
@ExtendWith(LeakChecker.class)
@EachEngine({"accounts"})
final class BlocksIT {
    private static final int BLOCKED_MAX = 4;

    private final Database database;
    private final Blocks blocks;

    BlocksIT(TestDatabase database) {
        this.database = database.database();
        this.blocks = new SqlBlocks(this.database, InstantSource.system(), BLOCKED_MAX);
    }

    private List<AccountId> people(int count) {
        List<AccountId> people = new ArrayList<>();
        try (AccountsNode node = new AccountsNode(database)) {
            for (int i = 0; i < count; i++) {
                people.add(node.signUp().id());
            }
        }
        people.sort(null);
        return people;
    }

    @Test
    void aBlockHoldsUntilItEndsAndForItsDirectionOnly() {
        // Contract: account.block, account.unblock; repeating either changes nothing.
        List<AccountId> people = people(3);
        AccountId me = people.get(0);
        AccountId other = people.get(1);
        for (int i = 0; i < 2; i++) {
            assertEquals(new BlockResult.Blocked(), blocks.block(me, other));
            assertTrue(blocks.blocks(me, other));
            assertFalse(blocks.blocks(other, me));
            assertEquals(Set.of(me), blocks.blocking(other, people));
            assertEquals(Set.of(), blocks.blocking(me, people));
        }
        for (int i = 0; i < 2; i++) {
            blocks.unblock(me, other);
            assertFalse(blocks.blocks(me, other));
        }
        assertEquals(Set.of(), blocks.blocking(other, List.of()));
    }

    @Test
    void anAccountBlocksOthersThatExistUpToALimitAlsoAtOnce() throws Exception {
        // I7: accounts.blocked-max; of many calls at once as many succeed as there is room for.
        List<AccountId> people = people(9);
        AccountId me = people.getFirst();
        assertEquals(new BlockResult.NoSuchAccount(), blocks.block(me, new AccountId(5)));
        assertEquals(new BlockResult.NoSuchAccount(), blocks.block(new AccountId(5), me));
        assertThrows(IllegalArgumentException.class, () -> blocks.block(me, me));
        List<Callable<BlockResult>> calls = people.subList(1, 9).stream()
                .map(other -> (Callable<BlockResult>) () -> blocks.block(me, other))
                .toList();
        int blocked = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<BlockResult> answer : threads.invokeAll(calls)) {
                switch (answer.get()) {
                    case BlockResult.Blocked done -> blocked++;
                    case BlockResult refused -> assertEquals(new BlockResult.LimitReached(BLOCKED_MAX), refused);
                }
            }
        }
        assertEquals(BLOCKED_MAX, blocked);
        List<Profile> all = blocks.blocked(me, 0, 100);
        assertEquals(BLOCKED_MAX, all.size());
        assertEquals(new BlockResult.Blocked(), blocks.block(me, all.getFirst().id()));
        assertEquals(all.subList(0, 2), blocks.blocked(me, 0, 2));
        assertEquals(all.subList(2, 4), blocks.blocked(me, all.get(1).id().value(), 2));
    }
}
