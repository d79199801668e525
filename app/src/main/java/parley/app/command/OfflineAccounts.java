package parley.app.command;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.Collection;
import parley.accounts.Revocations;
import parley.accounts.wiring.AccountsModule;
import parley.app.config.Configuration;
import parley.app.database.Databases;
import parley.app.database.Schema;
import parley.kernel.AccountId;
import parley.kernel.DeviceId;
import parley.kernel.IdSource;

/// The accounts for a command that does one thing and ends: no listeners, no sessions.
record OfflineAccounts(Databases.Opened opened, AccountsModule module) implements AutoCloseable {

    /// Opens the configured database, the embedded one made and migrated where needed.
    static OfflineAccounts open(Configuration configuration) {
        Databases.Opened opened =
                Databases.open(configuration.database(), configuration.node().data());
        boolean done = false;
        try {
            Schema.prepare(opened.database(), configuration.database().isEmbedded());
            InstantSource clock = InstantSource.system();
            AccountsModule module = AccountsModule.create(
                    opened.database(),
                    configuration.accounts(),
                    new IdSource(clock),
                    clock,
                    new NoSessions(),
                    new SimpleMeterRegistry());
            done = true;
            return new OfflineAccounts(opened, module);
        } finally {
            if (!done) {
                opened.close();
            }
        }
    }

    /// This process has none; the nodes read of revocations themselves.
    private static final class NoSessions implements Revocations {
        @Override
        public void signedOut(AccountId account, Collection<DeviceId> devices) {}

        @Override
        public void banned(AccountId account) {}
    }

    @Override
    public void close() {
        module.close();
        opened.close();
    }
}
