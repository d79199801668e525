package parley.accounts.internal.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import parley.accounts.Profile;
import parley.accounts.internal.store.AccountRows;
import parley.kernel.AccountId;
import parley.kernel.Database;

/// Profiles by id through a cache; what does not exist is not remembered. Thread-safe.
final class Profiles {
    private static final Duration KEPT = Duration.ofSeconds(10);
    private static final int CHUNK = 500;

    private final Database database;
    private final Cache<AccountId, Profile> cache;

    Profiles(Database database, InstantSource clock, int profilesMax) {
        this.database = database;
        this.cache = Caffeine.newBuilder()
                .maximumSize(profilesMax)
                .expireAfterWrite(KEPT)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .executor(Runnable::run)
                .build();
    }

    Map<AccountId, Profile> get(Collection<AccountId> ids) {
        Map<AccountId, Profile> found = new HashMap<>(cache.getAllPresent(ids));
        List<AccountId> missing =
                ids.stream().distinct().filter(id -> !found.containsKey(id)).toList();
        for (int from = 0; from < missing.size(); from += CHUNK) {
            List<AccountId> chunk = missing.subList(from, Math.min(missing.size(), from + CHUNK));
            for (Profile profile : database.read(connection -> AccountRows.byIds(connection, chunk))) {
                cache.put(profile.id(), profile);
                found.put(profile.id(), profile);
            }
        }
        return found;
    }

    void forget(AccountId id) {
        cache.invalidate(id);
    }

    void put(Profile profile) {
        cache.put(profile.id(), profile);
    }
}
