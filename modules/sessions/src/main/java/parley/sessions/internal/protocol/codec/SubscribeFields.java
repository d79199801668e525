package parley.sessions.internal.protocol.codec;

import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Resume;

/// The fields of a subscribe request while it is read, with their zero values. One thread.
final class SubscribeFields {
    String channel = "";
    String token = "";
    boolean recover;
    String epoch = "";
    long offset;

    @Nullable
    Payload data;

    boolean positioned;
    boolean recoverable;
    boolean joinLeave;
    boolean filtered;
    long flag;
    int type;

    Request.Subscribe request() {
        return new Request.Subscribe(
                channel, token, resume(), data, positioned, recoverable, joinLeave, filtered, flag, type);
    }

    Resume resume() {
        return recover || offset != 0 || !epoch.isEmpty() ? new Resume(recover, offset, epoch) : Resume.NONE;
    }
}
