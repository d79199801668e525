package parley.verify.internal.check;

import org.jspecify.annotations.Nullable;
import parley.verify.Event;

/// Something that somebody asked for under one id, however often.
final class Asked {
    final Event first;
    final String id;
    final String conv;
    final String account;

    /// As the first attempt knew the conversation, and the first acknowledgement: numbers of different
    /// epochs are not compared.
    final Talk talk;

    @Nullable
    Talk ackTalk;

    /// What was acknowledged in the conversation before the first attempt began.
    final long ackedBefore;

    final Event.@Nullable Ack ackedBeforeBy;
    int begun;
    int refused;
    Event.@Nullable Ack ack;
    Event.@Nullable Nack nack;

    /// Where its entry was seen first.
    @Nullable
    Event visible;

    Asked(Event.Send send, String account, Talk talk) {
        this(send, send.id(), account, talk);
    }

    Asked(Event.Change change, String account, Talk talk) {
        this(change, change.id(), account, talk);
    }

    private Asked(Event first, String id, String account, Talk talk) {
        this.first = first;
        this.id = id;
        this.conv = talk.conv;
        this.talk = talk;
        this.account = account;
        this.ackedBefore = talk.acked;
        this.ackedBeforeBy = talk.ackedBy;
    }

    /// Every attempt was refused for good.
    boolean isRefused() {
        return begun > 0 && refused == begun;
    }
}
