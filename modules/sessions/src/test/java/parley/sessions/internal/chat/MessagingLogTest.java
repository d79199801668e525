package parley.sessions.internal.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import parley.history.Entry;
import parley.history.Head;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.Reading;
import parley.messaging.Role;

class MessagingLogTest implements Reading {
    private static final AccountId ME = new AccountId(1);
    private static final ConversationId CONVERSATION = new ConversationId(7);
    private static final Head HEAD = new Head(CONVERSATION, 12, 10, 0, 4, 0, 0);

    /// What each further look at the rights finds.
    private final Deque<Boolean> member = new ArrayDeque<>();

    @Test
    void whoIsOutIsOutUpToTheHead() {
        // Membership: who left gets nothing of what follows.
        member.addAll(List.of(false, false));
        assertEquals(OptionalLong.of(12), new MessagingLog(this).headIfDeparted(ME, CONVERSATION));
    }

    @Test
    void whoIsAddedAgainBeforeTheHeadIsReadIsNotOut() {
        // Once the head was read after the coming back, and the new membership ended at it (I4).
        member.addAll(List.of(false, true));
        assertEquals(OptionalLong.empty(), new MessagingLog(this).headIfDeparted(ME, CONVERSATION));
    }

    @Override
    public List<Membership> memberships(AccountId account) {
        return List.of();
    }

    @Override
    public Optional<Access> access(AccountId account, ConversationId conversation) {
        return member.remove() ? Optional.of(new Access(1, Role.MEMBER, HEAD)) : Optional.empty();
    }

    @Override
    public Map<ConversationId, Access> accessAt(AccountId account, Collection<Head> heads) {
        return Map.of();
    }

    @Override
    public Map<ConversationId, Head> heads(Collection<ConversationId> conversations) {
        return Map.of(CONVERSATION, HEAD);
    }

    @Override
    public List<Entry> readForward(Access access, long after, int limit) {
        return List.of();
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
