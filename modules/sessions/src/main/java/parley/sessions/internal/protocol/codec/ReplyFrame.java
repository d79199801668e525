package parley.sessions.internal.protocol.codec;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.Answered;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.transport.Encoding;
import parley.sessions.internal.transport.Frame;

/// A reply with content that may be taken back: its payloads are slices of the frame, so that nothing is
/// held twice. It is not joined with other messages. Immutable.
public final class ReplyFrame implements Frame.Source {
    private final Encoding encoding;
    private final int id;
    private final Answered answer;

    private ReplyFrame(Encoding encoding, int id, Answered answer) {
        this.encoding = encoding;
        this.id = id;
        this.answer = answer;
    }

    /// The reply to the command `id`; null where the encoding cannot carry it.
    public static @Nullable Frame of(Encoding encoding, int id, Answered answer) {
        byte[] message = Codecs.of(encoding).reply(id, answer);
        if (message == null) {
            return null;
        }
        Frame frame = Frame.message(encoding, message, 0, message.length);
        return answer.isRevocable() ? frame.of(new ReplyFrame(encoding, id, answer.with(new Slices(frame)))) : frame;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the same object says that nothing was taken back
    public @Nullable Frame replacement(Frame frame) {
        Answered now = answer.now();
        return now == answer ? null : of(encoding, id, now);
    }

    /// Finds payloads in a frame again, in the order in which they were encoded: they stand there byte
    /// for byte, and not far apart.
    private static final class Slices implements UnaryOperator<Payload> {
        private final byte[] array;
        private int from;

        Slices(Frame frame) {
            this.array = frame.array();
            this.from = frame.messageFrom();
        }

        @Override
        public Payload apply(Payload payload) {
            int length = payload.length();
            for (int at = from; at + length <= array.length; at++) {
                if (isAt(payload, at)) {
                    from = at + length;
                    return payload.movedTo(array, at);
                }
            }
            return payload;
        }

        private boolean isAt(Payload payload, int at) {
            int begin = payload.offset();
            int end = begin + payload.length();
            return Arrays.equals(array, at, at + payload.length(), payload.array(), begin, end);
        }
    }
}
