package parley.sessions.internal.chat;

import java.util.List;
import java.util.OptionalLong;
import parley.history.Entry;
import parley.history.Head;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.Reading;
import parley.messaging.Reading.Access;
import parley.messaging.Role;
import parley.sessions.internal.hub.LogReader;

/// The log as the hub reads it for subscriptions that were authorised when they began, and end with the
/// entry that ends the membership: so without asking for rights again.
public final class MessagingLog implements LogReader {
    private final Reading reading;

    public MessagingLog(Reading reading) {
        this.reading = reading;
    }

    @Override
    public List<Entry> after(ConversationId conversation, long after, int limit) {
        Head head = reading.heads(List.of(conversation)).get(conversation);
        return head == null || head.head() <= after
                ? List.of()
                : reading.readForward(new Access(1, Role.MEMBER, head), after, limit);
    }

    @Override
    public OptionalLong headIfDeparted(AccountId account, ConversationId conversation) {
        if (reading.access(account, conversation).isPresent()) {
            return OptionalLong.empty();
        }
        Head head = reading.heads(List.of(conversation)).get(conversation);
        // Added again before the head was read, it would lose the new membership's entries.
        boolean back = reading.access(account, conversation).isPresent();
        return head == null || back ? OptionalLong.empty() : OptionalLong.of(head.head());
    }
}
