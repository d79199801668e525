package parley.sessions.internal.transport;

import io.helidon.common.socket.SocketOptions;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Socket options that also hand each accepted socket to somebody: the one place where Helidon shows it.
/// Called on the listener's thread.
final class AcceptedSockets implements SocketOptions {

    private final SocketOptions options;
    private final Consumer<SocketChannel> accepted;

    AcceptedSockets(SocketOptions options, Consumer<SocketChannel> accepted) {
        this.options = options;
        this.accepted = accepted;
    }

    @Override
    public void configureSocket(SocketChannel socket) {
        options.configureSocket(socket);
        accepted.accept(socket);
    }

    @Override
    public Map<SocketOption<?>, Object> socketOptions() {
        return options.socketOptions();
    }

    @Override
    public Duration connectTimeout() {
        return options.connectTimeout();
    }

    @Override
    public Duration readTimeout() {
        return options.readTimeout();
    }

    @Override
    public Optional<Integer> socketReceiveBufferSize() {
        return options.socketReceiveBufferSize();
    }

    @Override
    public Optional<Integer> socketSendBufferSize() {
        return options.socketSendBufferSize();
    }

    @Override
    public boolean socketReuseAddress() {
        return options.socketReuseAddress();
    }

    @Override
    public boolean socketKeepAlive() {
        return options.socketKeepAlive();
    }

    @Override
    public boolean tcpNoDelay() {
        return options.tcpNoDelay();
    }
}
