package parley.sessions.internal.chat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
/// All others are followed quietly and subscribed when they speak. Blocks for two statements, and for
/// one more where entries were missed.
final class ServerSubscriptions {

    private record Candidate(Access access, Resume resume) {
        ConversationId conversation() {
            return access.head().conversation();
        }
    }

    /// Presented positions first, then the newest.
    private static final Comparator<Candidate> ORDER = Comparator.<Candidate, Boolean>comparing(
                    candidate -> !candidate.resume.recover())
            .thenComparing(candidate -> -candidate.access.head().time())
            .thenComparing(candidate -> -candidate.conversation().value());

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
        Recovery recovery = new Recovery(reading, hub.recalls(), limits);
        Set<ConversationId> lost = dropDeparted(session, candidates);
        int told = 0;
        for (Candidate candidate : candidates) {
            long head = candidate.access.head().head();
            if (lost.contains(candidate.conversation())) {
                continue;
            }
            if (told < limits.subscriptionsMax()) {
                Recovery.Start start = recovery.start(candidate.access, candidate.resume);
                reply.put(Channels.of(candidate.conversation()), start.reply());
                hub.place(session, candidate.conversation(), start.position(), head, true);
                told++;
            } else {
                hub.place(session, candidate.conversation(), head, head, false);
            }
        }
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

    /// Conversations that the account left between the reading of its memberships and the following: the
    /// entry that says so may have passed by, but the account's own event told of it.
    private Set<ConversationId> dropDeparted(HubSession session, List<Candidate> candidates) {
        Set<ConversationId> lost = new HashSet<>();
        Set<ConversationId> doubtful = session.departuresWhileConnecting();
        for (Candidate candidate : candidates) {
            ConversationId conversation = candidate.conversation();
            if (doubtful.contains(conversation) && hub.dropDeparted(session, conversation)) {
                lost.add(conversation);
            }
        }
        return lost;
    }
}
