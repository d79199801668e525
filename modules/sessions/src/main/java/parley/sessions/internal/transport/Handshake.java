package parley.sessions.internal.transport;

import java.net.InetAddress;

/// A valid upgrade request, before it is answered. `framePings` says that the client asked for native
/// WebSocket pings instead of the protocol's (`cf_ws_frame_ping_pong=true`).
public record Handshake(InetAddress remoteAddress, Encoding encoding, boolean framePings) {}
