package parley.accounts.internal.account;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import parley.accounts.Blocks;
import parley.accounts.Profile;
import parley.accounts.internal.store.AccountRows;
import parley.accounts.internal.store.BlockRows;
import parley.kernel.AccountId;
import parley.kernel.Database;

/// Blocks in the database. Thread-safe.
public final class SqlBlocks implements Blocks {
    private static final int AMONG_MAX = 10_000;
    private static final int PAGE_MAX = 1_000;

    private final Database database;
    private final InstantSource clock;
    private final int blockedMax;

    /// An account blocks at most `blockedMax` others.
    public SqlBlocks(Database database, InstantSource clock, int blockedMax) {
        this.database = database;
        this.clock = clock;
        this.blockedMax = blockedMax;
    }

    @Override
    public BlockResult block(AccountId me, AccountId other) {
        if (me.equals(other)) {
            throw new IllegalArgumentException("nobody blocks themselves");
        }
        return database.transact(connection -> block(connection, me, other));
    }

    private BlockResult block(Connection connection, AccountId me, AccountId other) throws SQLException {
        // One at a time per account, so that neither the limit nor the key is passed by.
        if (AccountRows.lock(connection, me).isEmpty()
                || AccountRows.byId(connection, other).isEmpty()) {
            return new BlockResult.NoSuchAccount();
        }
        if (!BlockRows.exists(connection, me, other)) {
            if (BlockRows.count(connection, me) >= blockedMax) {
                return new BlockResult.LimitReached(blockedMax);
            }
            BlockRows.insert(connection, me, other, clock.millis());
        }
        return new BlockResult.Blocked();
    }

    @Override
    public void unblock(AccountId me, AccountId other) {
        Object unused = database.transact(connection -> {
            BlockRows.delete(connection, me, other);
            return true;
        });
    }

    @Override
    public boolean blocks(AccountId me, AccountId other) {
        return database.read(connection -> BlockRows.exists(connection, me, other));
    }

    @Override
    public Set<AccountId> blocking(AccountId whom, Collection<AccountId> among) {
        if (among.size() > AMONG_MAX) {
            throw new IllegalArgumentException("at most " + AMONG_MAX + " accounts at once");
        }
        return database.read(connection -> BlockRows.blocking(connection, whom, List.copyOf(among)));
    }

    @Override
    public List<Profile> blocked(AccountId me, long after, int limit) {
        if (limit < 1 || limit > PAGE_MAX) {
            throw new IllegalArgumentException("limit must be between 1 and " + PAGE_MAX + ", not " + limit);
        }
        return database.read(connection -> BlockRows.page(connection, me, after, limit));
    }
}
