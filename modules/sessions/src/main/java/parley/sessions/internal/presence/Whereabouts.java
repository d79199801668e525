package parley.sessions.internal.presence;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import parley.cluster.Registry;
import parley.kernel.AccountId;
import parley.kernel.Unavailable;
import parley.sessions.SessionNote;
import parley.sessions.internal.hub.HubSession;
import parley.sessions.internal.hub.SessionDirectory;

/// The sessions of other nodes: the registry's, and when it is away as much as those told before.
/// Thread-safe.
final class Whereabouts {
    private final Registry registry;
    private final Predicate<AccountId> isKnown;

    /// `isKnown`: whether other nodes told that the account is online there.
    Whereabouts(Registry registry, SessionDirectory directory, Predicate<AccountId> isKnown) {
        this.registry = registry;
        this.isKnown = isKnown;
        registry.announceFrom(() -> directory
                .open()
                .map(session -> new Registry.Announced(
                        session.account(), session.view().id().value(), text(session))));
    }

    void add(HubSession session) {
        registry.add(session.account(), session.view().id().value(), text(session));
    }

    void remove(HubSession session) {
        registry.remove(session.account(), session.view().id().value());
    }

    private static String text(HubSession session) {
        return new SessionNote(session.view(), session.client()).text();
    }

    /// The client ids of sessions that other nodes have of these accounts; accounts without any are not
    /// in the answer. While Redis is away: one made-up id for each account that is known to be online
    /// elsewhere. Blocks for a command of Redis.
    Map<AccountId, List<String>> clients(Collection<AccountId> accounts) {
        Map<AccountId, List<String>> clients = new HashMap<>();
        try {
            registry.find(accounts)
                    .forEach((account, places) -> clients.put(
                            account,
                            places.stream().map(place -> client(account, place)).toList()));
        } catch (Unavailable away) {
            accounts.stream()
                    .filter(isKnown)
                    .forEach(account -> clients.put(account, List.of(madeUp(account.toString()))));
        }
        return clients;
    }

    private static String client(AccountId account, Registry.Place place) {
        return SessionNote.parse(account, place.session(), place.detail())
                .map(SessionNote::client)
                .orElseGet(() -> madeUp(place.bootId() + place.session()));
    }

    /// Looks like any client id, and is the same each time.
    private static String madeUp(String from) {
        return UUID.nameUUIDFromBytes(from.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /// Whether another node has a session of `account`, as far as anybody knows now. May block for a
    /// command of Redis.
    boolean isElsewhere(AccountId account) {
        return isKnown.test(account) || clients(List.of(account)).containsKey(account);
    }
}
