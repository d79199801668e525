package parley.sessions.internal.transport;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.HelidonSocket;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// The way to a peer, for one writer at a time. Closing it, from any thread, cuts the connection and
/// frees whoever is blocked in a write.
interface Wire extends Closeable {

    /// Waits until the socket takes something of `piece`, and says how much that was. Failures are
    /// exceptions of any kind.
    int write(ByteBuffer piece) throws IOException;

    /// The largest piece that makes sense.
    int pieceBytesMax();

    /// The way that there is: straight to the socket where it is known and carries plain bytes.
    static Wire of(HelidonSocket socket, @Nullable SocketChannel channel) {
        return channel == null || socket.isSecure() ? new ThroughHelidon(socket, channel) : new Straight(channel);
    }

    /// What a write took is known to the byte, so that any progress of a slow reader is seen.
    record Straight(SocketChannel channel) implements Wire {

        @Override
        public int write(ByteBuffer piece) throws IOException {
            return channel.write(piece);
        }

        @Override
        public int pieceBytesMax() {
            return 64 * 1024;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /// TLS, or a socket of another kind. A write takes a whole piece, so pieces are the grain in which
    /// progress is seen: taking less than one counts as taking nothing.
    record ThroughHelidon(HelidonSocket socket, @Nullable SocketChannel below) implements Wire {

        @Override
        public int write(ByteBuffer piece) {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            socket.write(BufferData.create(bytes));
            return bytes.length;
        }

        @Override
        public int pieceBytesMax() {
            return 4096;
        }

        /// A TLS socket's own close waits for the write that is stuck; the one below does not.
        @Override
        public void close() throws IOException {
            if (below == null) {
                socket.close();
            } else {
                below.close();
            }
        }
    }
}
