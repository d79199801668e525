package parley.messaging.internal.conversation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;
import parley.kernel.AccountId;
import parley.kernel.Database;
import parley.messaging.Reading.Membership;
import parley.messaging.internal.read.SharedReads;

/// The memberships of accounts, remembered on this node and forgotten when a commit or a hint says that
/// they changed, so that a crowd that connects again costs no statements. Thread-safe.
public final class MembershipCache {
    private static final Duration REMEMBERED = Duration.ofMinutes(5);

    /// Accounts that one statement reads, and statements at a time.
    private static final int ACCOUNTS_MAX = 32;

    private static final int READS_MAX = 2;
    private static final int STRIPES = 1 << 12;

    private final SharedReads<AccountId, List<Membership>> reads;
    private final Cache<AccountId, List<Membership>> remembered;

    /// Counts changes: what was read while its stripe's count moved is not remembered.
    private final AtomicLongArray changes = new AtomicLongArray(STRIPES);

    /// Remembers at most `rememberedMax` memberships in all, and reads at most `membershipsMax` of one
    /// account.
    public MembershipCache(Database database, int membershipsMax, int rememberedMax) {
        this.reads = new SharedReads<>(
                accounts -> database.read(connection -> read(connection, accounts, membershipsMax)),
                ACCOUNTS_MAX,
                READS_MAX);
        this.remembered = Caffeine.newBuilder()
                .maximumWeight(rememberedMax)
                .weigher((AccountId account, List<Membership> memberships) -> memberships.size() + 1)
                .expireAfterWrite(REMEMBERED)
                .build();
    }

    /// The present memberships of `account`, newest conversation first. At most one statement.
    public List<Membership> find(AccountId account) {
        List<Membership> known = remembered.getIfPresent(account);
        if (known != null) {
            return known;
        }
        int stripe = stripe(account);
        long before = changes.get(stripe);
        List<Membership> read = reads.read(Set.of(account)).getOrDefault(account, List.of());
        remembered.put(account, read);
        if (changes.get(stripe) != before) {
            remembered.invalidate(account);
        }
        return read;
    }

    private static Map<AccountId, List<Membership>> read(Connection connection, List<AccountId> accounts, int max)
            throws SQLException {
        Map<AccountId, List<Membership>> read = new HashMap<>();
        MembershipRows.newest(connection, accounts, max).forEach((account, rows) -> {
            List<Membership> memberships = rows.stream()
                    .map(row -> new Membership(row.conversation(), row.role(), row.visibleFrom(), row.readSeq()))
                    .toList();
            read.put(account, memberships);
        });
        return read;
    }

    /// The memberships of `account` are not what they were. Does not block.
    public void changed(AccountId account) {
        long unused = changes.incrementAndGet(stripe(account));
        remembered.invalidate(account);
    }

    private static int stripe(AccountId account) {
        return Long.hashCode(account.value() * 0x9E3779B97F4A7C15L) & (STRIPES - 1);
    }
}
