package parley.sessions.internal.chat;

import java.util.function.BiConsumer;
import parley.messaging.PersonalEvent;
import parley.sessions.internal.hub.Channels;
import parley.sessions.internal.hub.HubSession;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Push;

/// Personal events as publications without offset on `u:`. A change of the list of conversations always
/// finds room, a read marker may be dropped: `sync` tells both.
public final class PersonalEvents implements BiConsumer<HubSession, PersonalEvent> {

    @Override
    public void accept(HubSession session, PersonalEvent event) {
        switch (event) {
            case PersonalEvent.Added(var conversation) ->
                session.announce(push(session, AnswerJson.conversationEvent(conversation, "added")));
            case PersonalEvent.Removed(var conversation) ->
                session.announce(push(session, AnswerJson.conversationEvent(conversation, "removed")));
            case PersonalEvent.Read(var conversation, var seq, var unread) ->
                session.offer(push(session, AnswerJson.readEvent(conversation, seq, unread)));
        }
    }

    private static EncodedPush push(HubSession session, Payload data) {
        return new EncodedPush(new Push.Published(Channels.of(session.account()), Publication.transientEvent(data)));
    }
}
