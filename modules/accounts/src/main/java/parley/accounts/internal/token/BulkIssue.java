package parley.accounts.internal.token;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import parley.accounts.Tokens.Issued;
import parley.accounts.internal.store.DeviceRows;
import parley.accounts.internal.store.DeviceRows.NewDevice;
import parley.kernel.AccountId;
import parley.kernel.Database;
import parley.kernel.DeviceId;
import parley.kernel.IdSource;

/// Access tokens without passwords, many at once. Thread-safe.
final class BulkIssue {
    private static final Duration LIFETIME_MAX = Duration.ofHours(24);
    private static final int ACCOUNTS_MAX = 10_000;

    private final Database database;
    private final IdSource ids;
    private final InstantSource clock;
    private final Verifier verifier;

    BulkIssue(Database database, IdSource ids, InstantSource clock, Verifier verifier) {
        this.database = database;
        this.ids = ids;
        this.clock = clock;
        this.verifier = verifier;
    }

    List<Issued> issue(List<AccountId> accounts, String deviceName, Duration lifetime) {
        if (accounts.size() > ACCOUNTS_MAX || lifetime.compareTo(LIFETIME_MAX) > 0 || lifetime.isNegative()) {
            throw new IllegalArgumentException("at most " + ACCOUNTS_MAX + " accounts and " + LIFETIME_MAX);
        }
        Instant now = clock.instant();
        long over = now.plus(lifetime).toEpochMilli();
        List<NewDevice> devices = accounts.stream()
                .map(account ->
                        new NewDevice(new DeviceId(ids.next()), account, deviceName, now.toEpochMilli(), over, over))
                .toList();
        boolean unused = database.transact(connection -> {
            DeviceRows.insert(connection, devices);
            return true;
        });
        // A signature takes most of a millisecond of a core.
        return IntStream.range(0, devices.size())
                .parallel()
                .mapToObj(i -> issued(devices.get(i), now, lifetime))
                .toList();
    }

    private Issued issued(NewDevice device, Instant now, Duration lifetime) {
        return new Issued(
                device.account(),
                device.id(),
                verifier.issue(device.account(), device.id(), now, lifetime),
                Instant.ofEpochSecond(now.getEpochSecond() + lifetime.toSeconds()));
    }
}
