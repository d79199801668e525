package parley.app.tls;

import java.io.IOException;
import java.net.Socket;

/// What happens to an accepted socket before TLS begins on it.
public interface BeforeTls {

    BeforeTls NOTHING = _ -> {};

    /// Called on the connection's own thread; what it throws ends the connection.
    void accepted(Socket socket) throws IOException;
}
