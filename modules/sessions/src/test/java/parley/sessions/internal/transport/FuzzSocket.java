package parley.sessions.internal.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import java.io.ByteArrayOutputStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A socket in memory: what is read comes from a generator, what is written is kept. Written by any
/// thread, read by one.
final class FuzzSocket implements HelidonSocket {

    private final Supplier<byte @Nullable []> input;

    @GuardedBy("this")
    private final ByteArrayOutputStream output = new ByteArrayOutputStream(512);

    /// `input` gives null at the end of the stream.
    FuzzSocket(Supplier<byte @Nullable []> input) {
        this.input = input;
    }

    synchronized byte[] written() {
        return output.toByteArray();
    }

    @Override
    @SuppressWarnings("NullAway") // null is how Helidon says that the stream has ended
    public byte[] get() {
        return input.get();
    }

    @Override
    public synchronized void write(BufferData bytes) {
        output.writeBytes(bytes.readBytes());
    }

    @Override
    @SuppressWarnings("removal") // there is no other way to be a socket of Helidon's
    public int read(BufferData buffer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        // The generator ends by itself.
    }

    @Override
    public void idle() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public PeerInfo remotePeer() {
        throw new UnsupportedOperationException();
    }

    @Override
    public PeerInfo localPeer() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public String socketId() {
        return "fuzz";
    }

    @Override
    public String childSocketId() {
        return "fuzz";
    }
}
