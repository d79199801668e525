package parley.messaging.internal.conversation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.Audience;
import parley.messaging.internal.member.MemberCache;
import parley.messaging.internal.member.MemberRows;

/// Sizes of conversations, remembered on this node; standings are those of [MemberCache]. Thread-safe.
public final class LogAudience implements Audience {
    private static final Duration REMEMBERED = Duration.ofMinutes(5);
    private static final int STATEMENT_KEYS_MAX = 500;

    private final Database database;
    private final MemberCache members;
    private final Cache<ConversationId, Integer> sizes;

    /// Remembers the sizes of at most `sizesMax` conversations.
    public LogAudience(Database database, MemberCache members, int sizesMax) {
        this.database = database;
        this.members = members;
        this.sizes = Caffeine.newBuilder()
                .maximumSize(sizesMax)
                .expireAfterWrite(REMEMBERED)
                .build();
    }

    @Override
    public Map<ConversationId, Integer> sizes(Collection<ConversationId> conversations) {
        Map<ConversationId, Integer> known = new HashMap<>(sizes.getAllPresent(conversations));
        List<ConversationId> unknown = new ArrayList<>();
        for (ConversationId conversation : conversations) {
            if (!known.containsKey(conversation)) {
                unknown.add(conversation);
            }
        }
        for (int from = 0; from < unknown.size(); from += STATEMENT_KEYS_MAX) {
            List<ConversationId> some = unknown.subList(from, Math.min(unknown.size(), from + STATEMENT_KEYS_MAX));
            Map<ConversationId, Integer> read = database.read(connection -> MemberRows.counts(connection, some));
            sizes.putAll(read);
            known.putAll(read);
        }
        return known;
    }

    @Override
    public List<AccountId> members(ConversationId conversation, int limit) {
        return database.read(connection -> MemberRows.page(connection, conversation, 0, limit)).stream()
                .map(MemberRows.Row::account)
                .toList();
    }

    @Override
    public boolean share(AccountId viewer, AccountId other) {
        return database.read(connection -> MembershipRows.share(connection, viewer, other));
    }

    @Override
    public boolean maySend(AccountId account, ConversationId conversation) {
        return members.find(conversation, account)
                .filter(standing -> !standing.isMuted())
                .isPresent();
    }

    /// Members of `conversation` came or went. Does not block.
    public void changed(ConversationId conversation) {
        sizes.invalidate(conversation);
    }
}
