package parley.sessions.internal.presence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.sessions.internal.hub.HubSession;
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

    Roster(Presence.Parts parts, Teller teller, int membersMax) {
        this.parts = parts;
        this.teller = teller;
        this.membersMax = membersMax;
    }

    /// The sessions of members by their client ids; at most [#CLIENTS_MAX], and of each member that is
    /// online at least one as far as that goes. Empty for a large group.
    public Optional<Result.Present> present(ConversationId conversation) {
        if (teller.isLarge(conversation)) {
            return Optional.empty();
        }
        Map<String, ClientInfo> clients = new HashMap<>();
        List<HubSession> others = new ArrayList<>();
        for (AccountId member : parts.audience().members(conversation, membersMax)) {
            List<HubSession> sessions = parts.directory().open(member);
            sessions.stream().limit(1).forEach(session -> add(clients, session));
            sessions.stream().skip(1).forEach(others::add);
        }
        others.forEach(session -> add(clients, session));
        return Optional.of(new Result.Present(clients));
    }

    private static void add(Map<String, ClientInfo> clients, HubSession session) {
        if (clients.size() < CLIENTS_MAX) {
            clients.put(session.client(), ClientInfo.of(session.account().toString(), session.client()));
        }
    }

    /// How many members are online, with how many sessions. In a large group those count that follow it
    /// here.
    public Result.PresenceCounted count(ConversationId conversation) {
        if (teller.isLarge(conversation)) {
            return new Result.PresenceCounted(parts.hub().receivers(conversation).length, teller.online(conversation));
        }
        int clients = 0;
        int users = 0;
        for (AccountId member : parts.audience().members(conversation, membersMax)) {
            int sessions = parts.directory().open(member).size();
            clients += sessions;
            users += sessions > 0 ? 1 : 0;
        }
        return new Result.PresenceCounted(clients, users);
    }
}
