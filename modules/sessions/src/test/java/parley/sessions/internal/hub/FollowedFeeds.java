package parley.sessions.internal.hub;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.FeedListener;
import parley.messaging.Feeds;

/// Feeds that only remember what is followed; the test itself passes entries to the hub.
public final class FollowedFeeds implements Feeds {
    private final Set<ConversationId> followed = new HashSet<>();

    /// How far the log was told to reach, by conversation.
    final Map<ConversationId, Long> reached = new HashMap<>();

    /// Whose first session began, once for each time.
    final List<AccountId> arrived = new ArrayList<>();

    public Set<ConversationId> followed() {
        return followed;
    }

    @Override
    public void listen(FeedListener listener) {}

    @Override
    public void follow(ConversationId conversation) {
        followed.add(conversation);
    }

    @Override
    public void unfollow(ConversationId conversation) {
        followed.remove(conversation);
    }

    @Override
    public void reached(ConversationId conversation, long head) {
        Long unused = reached.put(conversation, head);
    }

    @Override
    public void arrived(AccountId account) {
        arrived.add(account);
    }
}
