package parley.sessions.internal.presence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.sessions.internal.protocol.message.ClientInfo;
import parley.sessions.internal.protocol.message.Result;

/// Which members of a conversation have a session now: the answers to `presence` and `presence_stats`.
/// Whoever asks was found to be a member. Methods block for up to two statements and throw
/// [parley.kernel.Unavailable]. Thread-safe.
public final class Roster {
    static final int CLIENTS_MAX = 1_000;

    private final Presence.Parts parts;
    private final Teller teller;
    private final int membersMax;
    private final @Nullable Whereabouts whereabouts;

    /// `whereabouts` is null where there are no other nodes.
    Roster(Presence.Parts parts, Teller teller, int membersMax, @Nullable Whereabouts whereabouts) {
        this.parts = parts;
        this.teller = teller;
        this.membersMax = membersMax;
        this.whereabouts = whereabouts;
    }

    /// The sessions of members by their client ids; at most [#CLIENTS_MAX], and of each member that is
    /// online at least one as far as that goes. Empty for a large group.
    public Optional<Result.Present> present(ConversationId conversation) {
        if (teller.isLarge(conversation)) {
            return Optional.empty();
        }
        Map<String, ClientInfo> clients = new HashMap<>();
        List<ClientInfo> others = new ArrayList<>();
        sessions(conversation).forEach((member, all) -> {
            all.stream().limit(1).forEach(client -> add(clients, info(member, client)));
            all.stream().skip(1).forEach(client -> others.add(info(member, client)));
        });
        others.forEach(client -> add(clients, client));
        return Optional.of(new Result.Present(clients));
    }

    private static ClientInfo info(AccountId member, String client) {
        return ClientInfo.of(member.toString(), client);
    }

    private static void add(Map<String, ClientInfo> clients, ClientInfo client) {
        if (clients.size() < CLIENTS_MAX) {
            clients.put(client.client(), client);
        }
    }

    /// The client ids of the members that are online.
    private Map<AccountId, List<String>> sessions(ConversationId conversation) {
        List<AccountId> members = parts.audience().members(conversation, membersMax);
        Map<AccountId, List<String>> elsewhere = whereabouts == null ? Map.of() : whereabouts.clients(members);
        Map<AccountId, List<String>> found = new LinkedHashMap<>();
        for (AccountId member : members) {
            List<String> all = new ArrayList<>();
            parts.directory().open(member).forEach(session -> all.add(session.client()));
            all.addAll(elsewhere.getOrDefault(member, List.of()));
            if (!all.isEmpty()) {
                found.put(member, all);
            }
        }
        return found;
    }

    /// How many members are online, with how many sessions. In a large group those count that follow it.
    public Result.PresenceCounted count(ConversationId conversation) {
        if (teller.isLarge(conversation)) {
            Signal.Crowd crowd = teller.online(conversation);
            return new Result.PresenceCounted(crowd.sessions(), crowd.accounts());
        }
        Map<AccountId, List<String>> found = sessions(conversation);
        return new Result.PresenceCounted(
                found.values().stream().mapToInt(List::size).sum(), found.size());
    }
}
