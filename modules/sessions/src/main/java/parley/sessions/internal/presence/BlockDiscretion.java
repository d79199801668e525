package parley.sessions.internal.presence;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import parley.accounts.Blocks;
import parley.accounts.Profile;
import parley.kernel.AccountId;

/// Whom an account blocks knows nothing of it. Thread-safe.
public final class BlockDiscretion implements Discretion {
    private static final int PAGE = 1_000;
    private static final int REMEMBERED_MAX = 50_000;

    /// So long after a block events may still come.
    private static final Duration REMEMBERED = Duration.ofSeconds(10);

    private final Blocks blocks;
    private final Cache<AccountId, Set<AccountId>> blocked = Caffeine.newBuilder()
            .maximumSize(REMEMBERED_MAX)
            .expireAfterWrite(REMEMBERED)
            .build();

    public BlockDiscretion(Blocks blocks) {
        this.blocks = blocks;
    }

    @Override
    public Set<AccountId> hiddenFrom(AccountId whom) {
        Set<AccountId> known = blocked.getIfPresent(whom);
        if (known == null) {
            known = read(whom);
            blocked.put(whom, known);
        }
        return known;
    }

    private Set<AccountId> read(AccountId whom) {
        Set<AccountId> all = new HashSet<>();
        List<Profile> page = blocks.blocked(whom, 0, PAGE);
        page.forEach(each -> all.add(each.id()));
        while (page.size() == PAGE) {
            page = blocks.blocked(whom, page.getLast().id().value(), PAGE);
            page.forEach(each -> all.add(each.id()));
        }
        return Set.copyOf(all);
    }

    @Override
    public Set<AccountId> hiding(AccountId from, Collection<AccountId> among) {
        return blocks.blocking(from, among);
    }
}
