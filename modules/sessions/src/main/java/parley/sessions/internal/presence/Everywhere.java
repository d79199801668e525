package parley.sessions.internal.presence;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;

/// Which accounts are online at which nodes, as far as the nodes told, and which changes of that have
/// yet to be told here. An account is online as long as it is at one node. What was lost on the way is
/// made good by the next roll of its node. Nodes are named by their boot ids. Time is passed in. Not
/// thread-safe.
final class Everywhere {

    private static final class Seat {
        final String boot;
        long round;

        Seat(String boot, long round) {
            this.boot = boot;
            this.round = round;
        }
    }

    private static final class Standing {
        final List<Seat> seats = new ArrayList<>(1);
        boolean told;

        @Nullable
        Seat at(String boot) {
            for (Seat seat : seats) {
                if (seat.boot.equals(boot)) {
                    return seat;
                }
            }
            return null;
        }
    }

    /// How far the roll of a node has come.
    private static final class Calling {
        long round;
        final BitSet parts = new BitSet();
    }

    private record Left(long dueMillis, long seenMillis) {}

    private final int accountsMax;
    private final Map<AccountId, Standing> standings = new HashMap<>();
    private final Map<String, Calling> nodes = new HashMap<>();
    private final Map<String, Left> leaving = new HashMap<>();
    private final LinkedHashMap<AccountId, Signal.Presence> changes = new LinkedHashMap<>();
    private long forgotten;

    /// Knows at most `accountsMax` accounts.
    Everywhere(int accountsMax) {
        this.accountsMax = accountsMax;
    }

    /// What the node `boot` tells of one account.
    void told(String boot, Signal.Presence news) {
        Calling calling = present(boot);
        if (news.online()) {
            sit(boot, news, calling.round);
        } else {
            Standing standing = standings.get(news.account());
            Seat seat = standing == null ? null : standing.at(boot);
            if (standing != null && seat != null) {
                standing.seats.remove(seat);
                settle(standing, news);
            }
        }
    }

    /// A part of the roll of the node `boot`: with the last one, whoever was in none is not there.
    void called(String boot, Signal.Roll roll, long wallMillis) {
        Calling calling = present(boot);
        if (roll.round() < calling.round) {
            return;
        }
        if (roll.round() > calling.round) {
            calling.round = roll.round();
            calling.parts.clear();
        }
        roll.accounts().forEach(account -> sit(boot, new Signal.Presence(account, true, 0, null), calling.round));
        calling.parts.set(roll.part());
        if (calling.parts.cardinality() == roll.parts()) {
            List<Signal.Presence> unused = clear(boot, calling.round, wallMillis);
        }
    }

    private Calling present(String boot) {
        return nodes.computeIfAbsent(boot, any -> new Calling());
    }

    private void sit(String boot, Signal.Presence news, long round) {
        Standing standing = standings.get(news.account());
        if (standing == null) {
            if (standings.size() >= accountsMax) {
                forgotten++;
                return;
            }
            standing = new Standing();
            standings.put(news.account(), standing);
        }
        Seat seat = standing.at(boot);
        if (seat == null) {
            standing.seats.add(new Seat(boot, round));
        } else {
            seat.round = round;
        }
        settle(standing, news);
    }

    /// The node is gone: its accounts are, too, unless they come elsewhere until `dueMillis` or the node is
    /// back by then.
    void left(String boot, long dueMillis, long wallMillis) {
        if (nodes.containsKey(boot)) {
            Left unused = leaving.putIfAbsent(boot, new Left(dueMillis, wallMillis));
        }
    }

    /// All nodes but these are gone.
    void keepOnly(Collection<String> boots, long dueMillis, long wallMillis) {
        nodes.keySet().stream()
                .filter(boot -> !boots.contains(boot))
                .forEach(boot -> left(boot, dueMillis, wallMillis));
    }

    /// Lets go of the nodes whose time is over, answers who is offline by that; who is `alive` again leaves no
    /// more.
    List<Signal.Presence> expire(long nowMillis, Collection<String> alive) {
        List<Signal.Presence> gone = new ArrayList<>();
        leaving.keySet().removeAll(alive);
        Iterator<Map.Entry<String, Left>> each = leaving.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<String, Left> entry = each.next();
            if (entry.getValue().dueMillis <= nowMillis) {
                each.remove();
                Calling unused = nodes.remove(entry.getKey());
                gone.addAll(clear(entry.getKey(), Long.MAX_VALUE, entry.getValue().seenMillis));
            }
        }
        return gone;
    }

    /// Takes the seats at `boot` that are of an earlier round; answers who has none left.
    private List<Signal.Presence> clear(String boot, long round, long seenMillis) {
        List<AccountId> cleared = new ArrayList<>();
        standings.forEach((account, standing) -> {
            if (standing.seats.removeIf(seat -> seat.boot.equals(boot) && seat.round < round)) {
                cleared.add(account);
            }
        });
        List<Signal.Presence> gone = new ArrayList<>();
        for (AccountId account : cleared) {
            Standing standing = standings.get(account);
            if (standing != null && standing.seats.isEmpty()) {
                Signal.Presence news = new Signal.Presence(account, false, seenMillis, null);
                gone.add(news);
                settle(standing, news);
            }
        }
        return gone;
    }

    /// `news` is what to tell if it is a change.
    private void settle(Standing standing, Signal.Presence news) {
        AccountId account = news.account();
        boolean online = !standing.seats.isEmpty();
        if (standing.told == online) {
            changes.remove(account);
            forgetIfGone(account, standing);
        } else if (online == news.online()) {
            changes.put(account, news);
        }
    }

    private void forgetIfGone(AccountId account, Standing standing) {
        if (!standing.told && standing.seats.isEmpty()) {
            standings.remove(account);
        }
    }

    /// The next change to tell; it counts as told. Null when there is none.
    Signal.@Nullable Presence next() {
        Map.Entry<AccountId, Signal.Presence> first = changes.pollFirstEntry();
        if (first == null) {
            return null;
        }
        Standing standing = standings.get(first.getKey());
        if (standing != null) {
            standing.told = first.getValue().online();
            forgetIfGone(first.getKey(), standing);
        }
        return first.getValue();
    }

    /// `change` could not be told: what holds now waits again, behind all others.
    void untold(Signal.Presence change) {
        Standing standing = standings.computeIfAbsent(change.account(), id -> new Standing());
        standing.told = !change.online();
        settle(standing, change);
    }

    /// Whether the account is online at another node than `boot`.
    boolean isOnlineBeside(String boot, AccountId account) {
        Standing standing = standings.get(account);
        return standing != null && standing.seats.stream().anyMatch(seat -> !seat.boot.equals(boot));
    }

    /// Accounts that anything is kept of.
    int size() {
        return standings.size();
    }

    /// Accounts that found no room.
    long forgotten() {
        return forgotten;
    }
}
