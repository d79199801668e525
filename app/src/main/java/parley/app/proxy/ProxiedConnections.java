package parley.app.proxy;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Set;

/// Reads the PROXY protocol's header of each connection of a listener, and ends those that begin with
/// anything else, without a word in the log: whoever reaches the port can make as many as they like.
///
/// Helidon's own reader takes `PROXY UNKNOWN` without its line feed, addresses that are none, and those
/// of headers whose addresses are to be ignored. The header comes on the connection's own thread: under
/// TLS before the handshake ([#first]), else with the first bytes. Thread-safe.
public final class ProxiedConnections {
    /// From before the handshake of TLS until the connection is made, on its one thread.
    private static final ThreadLocal<ProxyHeader> READ = new ThreadLocal<>();

    private final Counter refused;

    public ProxiedConnections(MeterRegistry registry) {
        refused = Counter.builder("parley.proxy.headers.refused")
                .description("Connections closed because they began with no header of the PROXY protocol")
                .register(registry);
    }

    /// Takes the header from a connection that goes on with TLS. Throws when there is none.
    public void first(Socket socket) throws IOException {
        READ.set(header(socket.getInputStream()::read));
    }

    /// Those that make the same connections as `selectors`, once the header is read.
    public List<ServerConnectionSelector> behind(List<ServerConnectionSelector> selectors) {
        return selectors.stream().<ServerConnectionSelector>map(Behind::new).toList();
    }

    private ProxyHeader header(ProxyHeader.Bytes in) throws IOException {
        try {
            return ProxyHeader.read(in);
        } catch (ProxyHeader.Malformed none) {
            refused.increment();
            throw none;
        }
    }

    private ProxyHeader of(ConnectionContext context) {
        if (context.isSecure()) {
            ProxyHeader before = READ.get();
            READ.remove();
            return before;
        }
        try {
            return header(() -> next(context.dataReader()));
        } catch (IOException none) {
            throw new CloseConnectionException("no header of the PROXY protocol", none);
        }
    }

    private static int next(DataReader reader) {
        try {
            return Byte.toUnsignedInt(reader.read());
        } catch (DataReader.InsufficientDataAvailableException end) {
            return -1;
        }
    }

    private final class Behind implements ServerConnectionSelector {
        private final ServerConnectionSelector selector;

        Behind(ServerConnectionSelector selector) {
            this.selector = selector;
        }

        @Override
        public int bytesToIdentifyConnection() {
            return selector.bytesToIdentifyConnection();
        }

        @Override
        public Support supports(BufferData data) {
            return selector.supports(data);
        }

        @Override
        public Set<String> supportedApplicationProtocols() {
            return selector.supportedApplicationProtocols();
        }

        @Override
        public ServerConnection connection(ConnectionContext context) {
            return selector.connection(new ProxiedContext(context, of(context)));
        }
    }
}
