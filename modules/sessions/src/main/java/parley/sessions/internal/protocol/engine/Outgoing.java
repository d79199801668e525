package parley.sessions.internal.protocol.engine;

import parley.sessions.internal.protocol.codec.Codecs;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.message.Answered;
import parley.sessions.internal.transport.Encoding;

/// A message on its way out, encoded, in the knowledge of what it was made of: so that it can be made
/// anew when content of it is taken back before it left. Immutable.
sealed interface Outgoing {

    byte[] bytes();

    /// How many replies or pushes it holds.
    int entries();

    /// The same with what its content is now; itself when nothing of it was taken back.
    Outgoing now();

    @SuppressWarnings("ArrayRecordComponent")
    record Pushed(EncodedPush push, Encoding encoding, byte[] bytes) implements Outgoing {
        @Override
        public int entries() {
            return push.pushes().size();
        }

        @Override
        public Outgoing now() {
            EncodedPush now = push.now();
            byte[] made = now == push ? null : now.bytes(encoding);
            return made == null ? this : new Pushed(now, encoding, made);
        }
    }

    /// The reply to the command `id`.
    @SuppressWarnings("ArrayRecordComponent")
    record Replied(int id, Answered answer, Encoding encoding, byte[] bytes) implements Outgoing {
        @Override
        public int entries() {
            return 1;
        }

        @Override
        public Outgoing now() {
            Answered now = answer.now();
            byte[] made = now == answer ? null : Codecs.of(encoding).reply(id, now);
            return made == null ? this : new Replied(id, now, encoding, made);
        }
    }
}
