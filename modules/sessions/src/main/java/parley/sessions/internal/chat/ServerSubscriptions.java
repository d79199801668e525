package parley.sessions.internal.chat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.history.Head;
import parley.kernel.ConversationId;
import parley.messaging.Reading;
import parley.messaging.Reading.Access;
import parley.messaging.Reading.Membership;
import parley.sessions.internal.hub.Channels;
import parley.sessions.internal.hub.Hub;
import parley.sessions.internal.hub.HubSession;
import parley.sessions.internal.protocol.message.Result;
import parley.sessions.internal.protocol.message.Resume;

/// Subscribes a session, on behalf of its client, to the conversations of its account: those that the
/// client presents a position for and may still read, then the most recently active, up to the limit.
/// All others are followed quietly and subscribed when they speak. Blocks for two statements (one where the
/// memberships are remembered) and, where entries were missed, for one for each conversation that has some
/// to read, and one for each 64 of them whose standing is not remembered.
final class ServerSubscriptions {

    private record Candidate(Access access, Resume resume) {
        ConversationId conversation() {
            return access.head().conversation();
        }

        boolean missesEntries() {
            return resume.recover() && resume.offset() < access.head().head();
        }
    }

    /// Presented positions first, then the newest.
    private static final Comparator<Candidate> ORDER = Comparator.<Candidate, Boolean>comparing(
                    candidate -> !candidate.resume.recover())
            .thenComparing(candidate -> -candidate.access.head().time())
            .thenComparing(candidate -> -candidate.conversation().value());

    /// At a membership that comes and goes while it is looked at.
    private static final int LOOKS_MAX = 3;

    private final Hub hub;
    private final Reading reading;
    private final ChatLimits limits;

    ServerSubscriptions(Hub hub, Reading reading, ChatLimits limits) {
        this.hub = hub;
        this.reading = reading;
        this.limits = limits;
    }

    /// Follows everything, held, and puts the subscriptions that the client is told of into `reply`.
    void establish(HubSession session, Map<String, Resume> presented, Map<String, Result.Subscribed> reply) {
        List<Candidate> candidates = candidates(session, presented);
        // The entry that ends a membership may have passed by, but the account's own event told of it.
        Set<ConversationId> doubtful = session.departuresWhileConnecting();
        Map<ConversationId, Access> proved = proved(session, candidates);
        Recovery recovery = new Recovery(reading, hub.recalls(), limits);
        int told = 0;
        for (Candidate candidate : candidates) {
            ConversationId conversation = candidate.conversation();
            boolean tells = told < limits.subscriptionsMax();
            Access access = candidate.access;
            if (doubtful.contains(conversation)) {
                access = current(session, conversation);
            } else if (tells && candidate.missesEntries()) {
                Access proof = proved.get(conversation);
                access = proof == null ? current(session, conversation) : proof;
            }
            if (access != null && tells) {
                Recovery.Start start = recovery.start(access, candidate.resume);
                reply.put(Channels.of(conversation), start.reply());
                hub.place(session, conversation, start.position(), access.head().head(), true);
                told++;
            } else if (access != null) {
                long head = access.head().head();
                hub.place(session, conversation, head, head, false);
            }
        }
    }

    /// The memberships that were read may have ended since, and nothing behind such an end may be shown:
    /// whoever is shown what he missed is a member as of the head that was read after them.
    private Map<ConversationId, Access> proved(HubSession session, List<Candidate> candidates) {
        List<Head> heads = candidates.stream()
                .limit(limits.subscriptionsMax())
                .filter(Candidate::missesEntries)
                .map(candidate -> candidate.access.head())
                .toList();
        return heads.isEmpty() ? Map.of() : reading.accessAt(session.account(), heads);
    }

    private List<Candidate> candidates(HubSession session, Map<String, Resume> presented) {
        List<Membership> followed = reading.memberships(session.account()).stream()
                .filter(membership -> hub.hold(session, membership.conversation()))
                .toList();
        Map<ConversationId, Head> heads =
                reading.heads(followed.stream().map(Membership::conversation).toList());
        List<Candidate> candidates = new ArrayList<>(followed.size());
        for (Membership membership : followed) {
            Head head = heads.get(membership.conversation());
            if (head == null) {
                throw new IllegalStateException("a member of " + membership.conversation() + ", which has no log");
            }
            Resume resume = presented.getOrDefault(Channels.of(membership.conversation()), Resume.NONE);
            candidates.add(new Candidate(new Access(membership.visibleFrom(), membership.role(), head), resume));
        }
        candidates.sort(ORDER);
        return candidates;
    }

    /// The right to read by the membership of now, not by the one that was read before; null when the
    /// account is out of `conversation`, which is given up then.
    private @Nullable Access current(HubSession session, ConversationId conversation) {
        for (int look = 0; look < LOOKS_MAX; look++) {
            Access access = reading.access(session.account(), conversation).orElse(null);
            if (access != null) {
                return access;
            }
            if (hub.dropDeparted(session, conversation)) {
                return null;
            }
            // Added again in between.
        }
        boolean unused = hub.drop(session, conversation);
        return null;
    }
}
