package parley.accounts.internal.deletion;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import parley.accounts.Deletions;
import parley.accounts.internal.store.AccountRows;
import parley.accounts.internal.store.AuditRows;
import parley.accounts.internal.store.BanRows;
import parley.accounts.internal.store.BlockRows;
import parley.accounts.internal.store.DeletionRows;
import parley.accounts.internal.store.DeviceRows;
import parley.accounts.internal.store.DeviceRows.Gone;
import parley.accounts.internal.store.SeenRows;
import parley.accounts.internal.token.TokenService;
import parley.kernel.AccountId;
import parley.kernel.Database;

/// Deletes accounts, and keeps what is left to do. Thread-safe.
public final class SqlDeletions implements Deletions {
    private static final int ROWS_PER_TRANSACTION = 500;
    private static final int LOOKED_AT_MAX = 20;

    private final TokenService.Ground ground;
    private final Database database;
    private final TokenService tokens;
    private final Consumer<AccountId> forget;
    private final AuditRows audit;

    /// `forget` is told of every account that was deleted here, after the commit.
    public SqlDeletions(TokenService.Ground ground, TokenService tokens, Consumer<AccountId> forget) {
        this.ground = ground;
        this.database = ground.database();
        this.tokens = tokens;
        this.forget = forget;
        this.audit = new AuditRows(ground.ids());
    }

    /// Deletes the account: its row, password and ban are gone and its devices are signed out when this
    /// returns. True also when that was so before; false when there never was such an account.
    public boolean delete(String actor, AccountId account) {
        Optional<List<Gone>> gone = database.transact(connection -> delete(connection, actor, account));
        gone.ifPresent(devices -> {
            tokens.signOuts().committed(account, devices);
            forget.accept(account);
        });
        return gone.isPresent();
    }

    private Optional<List<Gone>> delete(Connection connection, String actor, AccountId account) throws SQLException {
        if (AccountRows.lock(connection, account).isEmpty()) {
            return DeletionRows.exists(connection, account) ? Optional.of(List.of()) : Optional.empty();
        }
        long now = ground.clock().millis();
        List<Gone> devices = tokens.signOuts().others(connection, account, null, now);
        BanRows.delete(connection, account);
        DeletionRows.insertLocked(connection, database.dialect(), account);
        AccountRows.deleteLocked(connection, account);
        audit.add(
                connection,
                now,
                actor,
                "account-deleted",
                "account:" + account,
                devices.size() + " devices signed out");
        return Optional.of(devices);
    }

    @Override
    public Optional<Job> take(Duration settled, Duration held) {
        // Another node may take one between the look and the update; then the next one is tried.
        List<AccountId> waiting = database.read(
                connection -> DeletionRows.waiting(connection, database.dialect(), settled.toMillis(), LOOKED_AT_MAX));
        long holder = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
        for (AccountId account : waiting) {
            Optional<Job> job = database.transact(
                    connection -> DeletionRows.take(connection, database.dialect(), account, holder, held.toMillis()));
            if (job.isPresent()) {
                return job;
            }
        }
        return Optional.empty();
    }

    @Override
    public boolean note(Job job, long reached, int removed, Duration held) {
        return database.transact(connection ->
                DeletionRows.note(connection, database.dialect(), job, reached, removed, held.toMillis()));
    }

    @Override
    public void putDown(Job job, Duration later) {
        boolean unused = database.transact(connection -> {
            DeletionRows.putDown(connection, database.dialect(), job, later.toMillis());
            return true;
        });
    }

    @Override
    public boolean finish(Job job) {
        AccountId account = job.account();
        int rows;
        do {
            rows = database.transact(connection -> DeviceRows.deleteSome(connection, account, ROWS_PER_TRANSACTION)
                    + BlockRows.deleteSome(connection, account, ROWS_PER_TRANSACTION)
                    + SeenRows.delete(connection, account));
        } while (rows > 0);
        return database.transact(connection -> DeletionRows.finish(connection, database.dialect(), job));
    }
}
