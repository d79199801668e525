package parley.messaging.wiring;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import parley.accounts.Accounts;
import parley.accounts.Blocks;
import parley.cluster.Bus;
import parley.history.Admission;
import parley.history.AppendResult.Committed;
import parley.history.Entry;
import parley.history.History;
import parley.history.Projection;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.kernel.Dialect;
import parley.kernel.IdSource;
import parley.kernel.Probe;
import parley.messaging.Audience;
import parley.messaging.Contacts;
import parley.messaging.Conversations;
import parley.messaging.Feeds;
import parley.messaging.MemberChange;
import parley.messaging.Oversight;
import parley.messaging.Reading;
import parley.messaging.Revising;
import parley.messaging.Sending;
import parley.messaging.internal.conversation.Housekeeping;
import parley.messaging.internal.conversation.LogAudience;
import parley.messaging.internal.conversation.LogConversations;
import parley.messaging.internal.conversation.LogOversight;
import parley.messaging.internal.conversation.LogReading;
import parley.messaging.internal.conversation.MemberLimits;
import parley.messaging.internal.conversation.MembershipCache;
import parley.messaging.internal.conversation.Shielding;
import parley.messaging.internal.feed.FeedParts;
import parley.messaging.internal.feed.FeedPass;
import parley.messaging.internal.feed.Fence;
import parley.messaging.internal.feed.LocalFeeds;
import parley.messaging.internal.member.MemberAdmission;
import parley.messaging.internal.member.MemberCache;
import parley.messaging.internal.member.MemberProjection;
import parley.messaging.internal.poll.Poll;
import parley.messaging.internal.poll.PollMetrics;
import parley.messaging.internal.send.LogRevising;
import parley.messaging.internal.send.LogSending;
import parley.messaging.internal.send.SendMetrics;

/// The module, running on one node. It is made in two steps, because the log calls it and it calls the
/// log: [#ports] gives what the log needs, [#connect] takes the log and gives the module.
public final class MessagingModule implements AutoCloseable {
    /// A node whose clock did not tick for so long asks what happened meanwhile.
    private static final Duration STANDSTILL = Duration.ofSeconds(3);

    private final Faces faces;
    private final LocalFeeds feeds;
    private final Poll poll;
    private final Housekeeping housekeeping;

    /// What others see of it.
    private record Faces(
            Sending sending,
            Revising revising,
            Conversations conversations,
            Reading reading,
            Contacts contacts,
            Oversight oversight,
            Audience audience) {}

    private MessagingModule(Faces faces, LocalFeeds feeds, Poll poll, Housekeeping housekeeping) {
        this.faces = faces;
        this.feeds = feeds;
        this.poll = poll;
        this.housekeeping = housekeeping;
    }

    /// The first step: the ports of the log that this module implements. Starts nothing.
    public static Ports ports(MessagingConfig config, Dialect dialect, MeterRegistry registry) {
        return new Ports(
                config,
                new MemberAdmission(
                        dialect, config.groupMembersMax(), config.revisions().limits()),
                new MemberProjection(dialect),
                registry);
    }

    /// What the log needs of this module. `connect` it once.
    public static final class Ports {
        private final MessagingConfig config;
        private final MemberAdmission admission;
        private final MemberProjection projection;
        private final MeterRegistry registry;

        private Ports(
                MessagingConfig config,
                MemberAdmission admission,
                MemberProjection projection,
                MeterRegistry registry) {
            this.config = config;
            this.admission = admission;
            this.projection = projection;
            this.registry = registry;
        }

        public Admission admission() {
            return admission;
        }

        public Projection projection() {
            return projection;
        }

        /// The second step. `history` was made with these ports; nothing was appended to it yet. The
        /// module becomes the listener of `bus`. The tables must exist (`db/messaging`). Does not block.
        public MessagingModule connect(
                Database database, History history, Accounts accounts, Blocks blocks, Bus bus, IdSource ids) {
            MemberCache members = new MemberCache(database, history, config.cachedMembersMax());
            MembershipCache memberships =
                    new MembershipCache(database, Reading.MEMBERSHIPS_MAX, config.cachedMembershipsMax());
            LogAudience audience = new LogAudience(database, members, config.cachedMembersMax());
            Forgetting forgetting = new Forgetting(members, memberships, audience);
            Fence fence = bus.isShared() ? new Fence(System::nanoTime, STANDSTILL) : Fence.none();
            FeedParts feed = FeedParts.on(
                    bus, history, config.feeds().limits(), new MembersSight(members), forgetting, fence, registry);
            admission.onOutdated(members::changed);
            projection.onCommit(batch -> committed(batch, members, memberships, audience, feed));
            MemberLimits limits = new MemberLimits(
                    config.groupMembersMax(), config.membersPerCallMax(), config.conversationsPerAccountMax());
            Shielding shielding = new Shielding(database, history, blocks, (account, conversation, head, isShown) -> {
                members.changed(conversation, account);
                memberships.changed(account);
                feed.hints().shown(account, conversation, head, isShown);
            });
            var parts = new LogConversations.Parts(
                    database, history, accounts, blocks, shielding, ids, members, memberships, feed.hints());
            Faces faces = new Faces(
                    new LogSending(history, members, new SendMetrics(registry)),
                    new LogRevising(history, members),
                    LogConversations.of(parts, limits, config.syncOverlap()),
                    new LogReading(history, members, memberships),
                    shielding,
                    new LogOversight(database, history, accounts),
                    audience);
            Poll poll = Poll.start(
                    new Poll.Parts(database, history, bus, feed, fence, forgetting, new PollMetrics(registry)),
                    config.polls().limits());
            return new MessagingModule(faces, feed.feeds(), poll, new Housekeeping(database));
        }

        /// What the feeds ask of members.
        private record MembersSight(MemberCache members) implements FeedPass.Sight {
            @Override
            public Optional<Long> from(ConversationId conversation, AccountId account) {
                return members.find(conversation, account).map(MemberCache.Standing::visibleFrom);
            }

            @Override
            public Set<AccountId> until(ConversationId conversation, Set<AccountId> accounts) {
                return members.sawAmong(conversation, accounts);
            }
        }

        /// What hints of other nodes make untrue here.
        private record Forgetting(MemberCache members, MembershipCache memberships, LogAudience audience)
                implements LocalFeeds.MembersChanged {
            @Override
            public void changed(ConversationId conversation, long version, List<AccountId> accounts) {
                members.changed(conversation, version);
                audience.changed(conversation);
                accounts.forEach(memberships::changed);
            }

            @Override
            public void changed(ConversationId conversation, AccountId account) {
                members.changed(conversation, account);
                audience.changed(conversation);
                memberships.changed(account);
            }
        }

        /// Between a commit and its answers: first this node forgets what is no longer true, so that who
        /// was answered reads it; then the nodes are told.
        private static void committed(
                List<Committed> batch,
                MemberCache members,
                MembershipCache memberships,
                LogAudience audience,
                FeedParts feed) {
            for (Committed committed : batch) {
                for (Entry entry : committed.entries()) {
                    Optional<MemberChange> change = MemberChange.of(entry);
                    if (change.isPresent()) {
                        members.changed(entry.conversation(), committed.head().membersVersion());
                        memberships.changed(change.get().account());
                        audience.changed(entry.conversation());
                    }
                }
                feed.feeds().recalled(committed.entries());
            }
            feed.hints().committed(batch);
        }
    }

    public Sending sending() {
        return faces.sending();
    }

    public Revising revising() {
        return faces.revising();
    }

    public Conversations conversations() {
        return faces.conversations();
    }

    public Reading reading() {
        return faces.reading();
    }

    public Contacts contacts() {
        return faces.contacts();
    }

    public Oversight oversight() {
        return faces.oversight();
    }

    public Audience audience() {
        return faces.audience();
    }

    public Feeds feeds() {
        return feeds;
    }

    public List<Probe> probes() {
        return List.of(feeds.probe(), poll);
    }

    /// Ends the feeds' threads. Close the log first, so that no commit finds them gone.
    @Override
    public void close() {
        housekeeping.close();
        poll.close();
        feeds.close();
    }
}
