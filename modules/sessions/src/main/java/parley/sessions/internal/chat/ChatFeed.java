package parley.sessions.internal.chat;

import java.util.List;
import parley.history.Entry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.FeedListener;
import parley.messaging.PersonalEvent;
import parley.sessions.internal.hub.Hub;
import parley.sessions.internal.presence.Presence;

/// What the feeds pass on: entries and what is personal go to the hub, markers of others are events that
/// may be lost. Thread-safe.
record ChatFeed(Hub hub, Presence presence) implements FeedListener {

    @Override
    public void entries(ConversationId conversation, List<Entry> entries) {
        hub.entries(conversation, entries);
    }

    @Override
    public void recalled(ConversationId conversation, long seq) {
        hub.recalled(conversation, seq);
    }

    @Override
    public void added(AccountId account, ConversationId conversation, long seq, long visibleFrom) {
        hub.added(account, conversation, seq, visibleFrom);
    }

    @Override
    public void shown(AccountId account, ConversationId conversation, long head) {
        hub.shown(account, conversation, head);
    }

    @Override
    public void personal(AccountId account, PersonalEvent event) {
        hub.personal(account, event);
    }

    @Override
    public void read(AccountId account, ConversationId conversation, long seq) {
        if (hub.receivers(conversation).length > 0) {
            presence.read(account, conversation, seq);
        }
    }

    @Override
    public boolean isConnected(AccountId account) {
        return hub.isConnected(account);
    }

    @Override
    public boolean lacks(AccountId account, ConversationId conversation) {
        return hub.lacks(account, conversation);
    }
}
