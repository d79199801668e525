package parley.sessions.internal.protocol.codec;

import java.util.Collection;

/// Messages put together to one frame.
final class Joined {
    private Joined() {}

    /// `messages` one after another, with `feeds` (0 or 1) line feeds between two of them.
    static byte[] of(Collection<byte[]> messages, int feeds) {
        int total = feeds * (messages.size() - 1);
        for (byte[] message : messages) {
            total += message.length;
        }
        byte[] frame = new byte[total];
        int at = 0;
        for (byte[] message : messages) {
            if (feeds > 0 && at > 0) {
                frame[at++] = '\n';
            }
            System.arraycopy(message, 0, frame, at, message.length);
            at += message.length;
        }
        return frame;
    }
}
