package parley.sessions.internal.presence;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import parley.kernel.ConversationId;
import parley.sessions.internal.presence.PresenceMetrics.Reason;

/// What other nodes told and was not told on yet, and how large their shares of large groups are. Not
/// thread-safe.
final class Heard {
    final Everywhere everywhere = new Everywhere(PresenceLimits.EVERYWHERE_MAX);

    private final PresenceMetrics metrics;
    private final Deque<Signal.Typing> typing = new ArrayDeque<>();

    /// By group and node.
    private final Map<ConversationId, Map<String, Share>> shares = new HashMap<>();

    private final Deque<ConversationId> crowdsChanged = new ArrayDeque<>();

    private record Share(Signal.Crowd crowd, long atMillis) {}

    Heard(PresenceMetrics metrics) {
        this.metrics = metrics;
    }

    void typing(Signal.Typing typist) {
        if (typing.size() < PresenceLimits.TYPING_WAITING_MAX) {
            typing.add(typist);
        } else {
            metrics.dropped(Reason.QUEUE);
        }
    }

    /// The share of the node `from` in a large group. A node tells it again and again while it has any.
    void crowd(String from, Signal.Crowd crowd, long nowMillis) {
        ConversationId conversation = crowd.conversation();
        Map<String, Share> nodes = shares.get(conversation);
        if (nodes == null) {
            if (crowd.sessions() == 0 || shares.size() >= PresenceLimits.COUNTS_MAX) {
                return;
            }
            nodes = new HashMap<>();
            shares.put(conversation, nodes);
        }
        Share before = crowd.sessions() == 0 ? nodes.remove(from) : nodes.put(from, new Share(crowd, nowMillis));
        if (nodes.isEmpty()) {
            shares.remove(conversation);
        }
        if (before == null ? crowd.sessions() > 0 : !before.crowd.equals(crowd)) {
            changed(conversation);
        }
    }

    private void changed(ConversationId conversation) {
        if (crowdsChanged.size() < PresenceLimits.COUNTS_MAX) {
            crowdsChanged.add(conversation);
        }
    }

    /// Shares of all other nodes, and those that were not told again for long, are gone.
    void keepCrowds(Collection<String> boots, long nowMillis) {
        shares.forEach((conversation, nodes) -> {
            if (nodes.entrySet()
                    .removeIf(share -> !boots.contains(share.getKey())
                            || nowMillis - share.getValue().atMillis > PresenceLimits.SHARE_GOOD_MILLIS)) {
                changed(conversation);
            }
        });
        boolean unused = shares.values().removeIf(Map::isEmpty);
    }

    /// Those of all nodes together.
    Signal.Crowd crowd(ConversationId conversation) {
        int accounts = 0;
        int sessions = 0;
        for (Share share : shares.getOrDefault(conversation, Map.of()).values()) {
            accounts += share.crowd.accounts();
            sessions += share.crowd.sessions();
        }
        return new Signal.Crowd(conversation, accounts, sessions);
    }

    List<Signal.Typing> takeTyping() {
        List<Signal.Typing> all = new ArrayList<>(typing);
        typing.clear();
        return all;
    }

    /// Large groups whose count changed.
    List<ConversationId> takeCrowds() {
        List<ConversationId> all = new ArrayList<>(crowdsChanged);
        crowdsChanged.clear();
        return all;
    }
}
