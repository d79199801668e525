package parley.sessions.internal.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.history.Head;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.DeviceId;
import parley.kernel.SessionId;
import parley.messaging.MemberChange;
import parley.messaging.PersonalEvent;
import parley.messaging.Reading;
import parley.messaging.Role;
import parley.sessions.SessionView;
import parley.sessions.internal.hub.FollowedFeeds;
import parley.sessions.internal.hub.Hub;
import parley.sessions.internal.hub.HubMetrics;
import parley.sessions.internal.hub.HubSession;
import parley.sessions.internal.hub.RecordedWayOut;
import parley.sessions.internal.hub.SessionDirectory;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Result;
import parley.sessions.internal.protocol.message.Resume;

/// What a session that comes back is told of what it missed: the first part with the reply, the rest as
/// pushes. One account, in conversations of 1,000 entries, read from entry 1.
class ServerSubscriptionsTest implements Reading {
    private static final AccountId ME = new AccountId(1);
    private static final int HEAD = 1_000;
    private static final byte[] REMOVAL = new MemberChange(ME, MemberChange.Change.REMOVED, Role.MEMBER).detail();

    private final RecordedWayOut client = new RecordedWayOut();
    private final Map<String, Result.Subscribed> reply = new HashMap<>();
    private final Hub hub = new Hub(
            new SessionDirectory(),
            new FollowedFeeds(),
            new MessagingLog(this),
            "e",
            new HubMetrics(new SimpleMeterRegistry()),
            Runnable::run,
            (session, event) -> {});
    private int conversations = 1;
    private int bodyBytes = 20;
    private long visibleFrom = 1;

    /// Where the log ended when the heads were read first.
    private long headRead = HEAD;

    private Runnable beforeOpen = () -> {};

    /// The entry that removes the account; 0 = none.
    private long departure;

    /// From where the account may read by now; empty = it is no member any more.
    private OptionalLong membershipNow = OptionalLong.of(1);

    private HubSession connect(Map<String, Resume> presented) {
        SessionView view =
                new SessionView(new SessionId(1), ME, new DeviceId(3), "127.0.0.1", "test", "1", Instant.EPOCH);
        HubSession session = hub.register(view, new UUID(0, 1), client, true, 200);
        new ServerSubscriptions(hub, this, ChatLimits.defaults()).establish(session, presented, reply);
        assertEquals(List.of(), client.told());
        beforeOpen.run();
        session.open();
        return session;
    }

    @Test
    void whatTheReplyDoesNotCarryFollowsAtOnceInOrder() {
        // I4; contract: at most 300 entries with the reply, and what is left follows at once as ordered pushes.
        HubSession unused = connect(Map.of("c:1", new Resume(true, 100, "e")));
        assertTrue(reply("c:1").recovered());
        assertEquals(seqs(101, 400), carried("c:1"));
        assertEquals(seqs(401, HEAD), client.offsets("c:1"));
    }

    @Test
    void theBytesOfTheReplyAreBoundedToo() {
        // Contract: at most 128 KiB over all channels.
        bodyBytes = 10_000;
        HubSession unused = connect(Map.of("c:1", new Resume(true, 100, "e")));
        assertEquals(seqs(101, 113), carried("c:1"));
        assertEquals(seqs(114, HEAD), client.offsets("c:1"));
    }

    @Test
    void theBoundsHoldForAllChannelsTogether() {
        // Contract: 300 entries over all channels; each is recovered and gets all that it missed.
        conversations = 3;
        Resume resume = new Resume(true, 800, "e");
        HubSession unused = connect(Map.of("c:1", resume, "c:2", resume, "c:3", resume));
        int all = 0;
        for (String channel : List.of("c:1", "c:2", "c:3")) {
            assertTrue(reply(channel).recovered());
            assertEquals(800, reply(channel).offset());
            List<Long> seen = new ArrayList<>(carried(channel));
            all += seen.size();
            seen.addAll(client.offsets(channel));
            assertEquals(seqs(801, HEAD), seen);
        }
        assertEquals(300, all);
    }

    @Test
    void positionsThatCannotBeResumedStartAtTheHead() {
        // Contract: a position of the current epoch from visible_from - 1 on is recoverable, no other.
        visibleFrom = 500;
        membershipNow = OptionalLong.of(500);
        HubSession unused = connect(Map.of("c:1", new Resume(true, 498, "e")));
        assertFalse(reply("c:1").recovered());
        assertTrue(reply("c:1").wasRecovering());
        assertEquals(HEAD, reply("c:1").offset());
        assertEquals(List.of(), client.offsets("c:1"));
    }

    @Test
    void theFirstPositionThatCanBeResumedIsBeforeTheFirstVisibleEntry() {
        // Contract: from visible_from - 1 on; nothing before it is shown.
        visibleFrom = 500;
        membershipNow = OptionalLong.of(500);
        HubSession unused = connect(Map.of("c:1", new Resume(true, 499, "e")));
        assertEquals(seqs(500, 799), carried("c:1"));
        assertEquals(seqs(800, HEAD), client.offsets("c:1"));
    }

    @Test
    void anEndedMembershipShowsNothingBehindItsEnd() {
        // Only members read: the memberships were read before the account was removed by entry 200 and added
        // again by 900, the heads after it.
        departure = 200;
        membershipNow = OptionalLong.of(900);
        HubSession unused = connect(Map.of("c:1", new Resume(true, 100, "e")));
        assertFalse(reply("c:1").recovered());
        assertEquals(List.of(), carried("c:1"));
        assertEquals(HEAD, reply("c:1").offset());
        assertEquals(List.of(), client.offsets("c:1"));
    }

    @Test
    void anEndBehindTheReplyIsFoundToo() {
        // The same where the reply does not reach the end of the membership.
        departure = 600;
        membershipNow = OptionalLong.of(900);
        HubSession unused = connect(Map.of("c:1", new Resume(true, 100, "e")));
        assertEquals(List.of(), carried("c:1"));
        assertEquals(List.of(), client.offsets("c:1"));
    }

    @Test
    void aRemovalThatIsToldOfJustBeforeTheSessionOpensEndsWhatWasSetUp() {
        // Only members read: the memberships were read before the removal, and the position lies behind it.
        beforeOpen = () -> {
            membershipNow = OptionalLong.empty();
            hub.personal(ME, new PersonalEvent.Removed(new ConversationId(1)));
        };
        assertFalse(connect(Map.of()).follows(new ConversationId(1)));
    }

    @Test
    void aPositionBehindTheEndOfAMembershipOpensNothing() {
        // Only members read: removed by entry 200, of which this node has not heard, and the position is above it.
        departure = 200;
        membershipNow = OptionalLong.empty();
        HubSession session = connect(Map.of("c:1", new Resume(true, 900, "e")));
        assertFalse(reply.containsKey("c:1"));
        assertFalse(session.follows(new ConversationId(1)));
        assertEquals(List.of(), client.offsets("c:1"));
    }

    @Test
    void aMembershipThatBeginsBehindTheHeadIsLookedAtAgain() {
        // I4: added again by an entry above the head that was read; what is below it is not shown.
        departure = 200;
        headRead = 700;
        membershipNow = OptionalLong.of(900);
        HubSession unused = connect(Map.of("c:1", new Resume(true, 100, "e")));
        assertFalse(reply("c:1").recovered());
        assertEquals(HEAD, reply("c:1").offset());
        assertEquals(List.of(), client.offsets("c:1"));
    }

    @Test
    void whoWasRemovedIsNotSubscribed() {
        // The same, and nobody added the account again.
        departure = 200;
        membershipNow = OptionalLong.empty();
        HubSession unused = connect(Map.of("c:1", new Resume(true, 100, "e")));
        assertFalse(reply.containsKey("c:1"));
        assertEquals(List.of(), client.offsets("c:1"));
    }

    @Test
    void whoCameBackAndMayReadAllIsShownAll() {
        // I4: a group shows its whole history to whoever is added; a departure within it ends nothing.
        departure = 200;
        HubSession unused = connect(Map.of("c:1", new Resume(true, 100, "e")));
        assertEquals(seqs(101, 400), carried("c:1"));
        assertEquals(seqs(401, HEAD), client.offsets("c:1"));
    }

    @Test
    void whoCameBackIsShownAllAlsoWhereTheReplyEndsBeforeTheDeparture() {
        // I4: the same where what follows the reply passes the departure.
        departure = 600;
        HubSession unused = connect(Map.of("c:1", new Resume(true, 100, "e")));
        assertEquals(seqs(101, 400), carried("c:1"));
        assertEquals(seqs(401, HEAD), client.offsets("c:1"));
    }

    private Result.Subscribed reply(String channel) {
        return Optional.ofNullable(reply.get(channel)).orElseThrow();
    }

    private List<Long> carried(String channel) {
        return reply(channel).publications().stream().map(Publication::offset).toList();
    }

    private static List<Long> seqs(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    @Override
    public List<Membership> memberships(AccountId account) {
        return LongStream.rangeClosed(1, conversations)
                .mapToObj(id -> new Membership(new ConversationId(id), Role.MEMBER, visibleFrom, 0))
                .toList();
    }

    @Override
    public Optional<Access> access(AccountId account, ConversationId conversation) {
        return membershipNow.isEmpty()
                ? Optional.empty()
                : Optional.of(new Access(membershipNow.getAsLong(), Role.MEMBER, head(conversation, HEAD)));
    }

    @Override
    public Map<ConversationId, Access> accessAt(AccountId account, Collection<Head> heads) {
        Map<ConversationId, Access> found = new HashMap<>();
        heads.forEach(head -> access(account, head.conversation())
                .filter(access -> access.visibleFrom() <= head.head())
                .ifPresent(access -> found.put(head.conversation(), access)));
        return found;
    }

    @Override
    public Map<ConversationId, Head> heads(Collection<ConversationId> wanted) {
        Map<ConversationId, Head> heads = new HashMap<>();
        wanted.forEach(conversation -> heads.put(conversation, head(conversation, headRead)));
        headRead = HEAD;
        return heads;
    }

    private static Head head(ConversationId conversation, long head) {
        return new Head(conversation, head, head, 0, 1, 0, 0);
    }

    @Override
    public List<Entry> readForward(Access access, long after, int limit) {
        byte[] body = ("{\"text\":\"" + "x".repeat(bodyBytes) + "\"}").getBytes(StandardCharsets.US_ASCII);
        long last = Math.min(HEAD, after + limit);
        return LongStream.rangeClosed(after + 1, last)
                .mapToObj(seq -> new Entry(
                        access.head().conversation(),
                        seq,
                        seq == departure ? EntryKind.MEMBER : EntryKind.MESSAGE,
                        ME,
                        null,
                        0,
                        0,
                        seq,
                        seq == departure ? REMOVAL : new byte[0],
                        seq == departure ? new byte[0] : body,
                        Entry.Revision.NONE))
                .toList();
    }

    @Override
    public List<Entry> readBackward(Access access, long before, int limit) {
        return List.of();
    }

    @Override
    public String epoch() {
        return "e";
    }
}
