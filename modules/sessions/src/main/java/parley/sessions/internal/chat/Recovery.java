package parley.sessions.internal.chat;

import java.util.ArrayList;
import java.util.List;
import parley.history.Entry;
import parley.messaging.Reading;
import parley.messaging.Reading.Access;
import parley.sessions.internal.hub.EntryJson;
import parley.sessions.internal.hub.Recalls;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Result;
import parley.sessions.internal.protocol.message.Resume;

/// Decides where a client goes on in a conversation, and reads what its reply carries. One per reply:
/// the budget of entries and bytes is shared by all its channels. Not thread-safe; [#start] blocks where
/// there is something to read.
final class Recovery {

    /// `position`: what the client has once it got `reply`.
    record Start(Result.Subscribed reply, long position) {}

    private final Reading reading;
    private final Recalls recalls;
    private int entriesLeft;
    private int bytesLeft;

    Recovery(Reading reading, Recalls recalls, ChatLimits limits) {
        this.reading = reading;
        this.recalls = recalls;
        this.entriesLeft = limits.recoveredEntriesMax();
        this.bytesLeft = limits.recoveredBytesMax();
    }

    /// With an `access` of now: all that the client missed of its head is shown.
    Start start(Access access, Resume resume) {
        String epoch = reading.epoch();
        long head = access.head().head();
        if (!resume.recover()) {
            return new Start(Result.Subscribed.fresh(epoch, head), head);
        }
        if (!isRecoverable(access, resume)) {
            return new Start(Result.Subscribed.notResumed(epoch, head), head);
        }
        List<Publication> missed = new ArrayList<>();
        addMissed(access, resume.offset(), missed);
        long position = missed.isEmpty() ? resume.offset() : missed.getLast().offset();
        return new Start(Result.Subscribed.resumed(epoch, resume.offset(), missed), position);
    }

    /// Every position of this epoch from just before the first visible entry up to the head.
    private boolean isRecoverable(Access access, Resume resume) {
        boolean sameEpoch = resume.epoch().isEmpty() || resume.epoch().equals(reading.epoch());
        return sameEpoch
                && resume.offset() >= access.visibleFrom() - 1
                && resume.offset() <= access.head().head();
    }

    /// As much of what is above `after` as fits.
    private void addMissed(Access access, long after, List<Publication> missed) {
        if (after >= access.head().head() || entriesLeft == 0 || bytesLeft <= 0) {
            return;
        }
        for (Entry entry : reading.readForward(access, after, entriesLeft)) {
            Payload data = EntryJson.payload(entry, recalls);
            if (data.length() > bytesLeft) {
                bytesLeft = 0;
                break;
            }
            bytesLeft -= data.length();
            entriesLeft--;
            missed.add(Publication.entry(entry.seq(), data));
        }
    }
}
