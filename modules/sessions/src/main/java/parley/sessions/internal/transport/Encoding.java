package parley.sessions.internal.transport;

/// How the messages of a connection are encoded, chosen by the client in the handshake.
public enum Encoding {
    /// JSON in text frames.
    JSON("centrifuge-json"),
    /// Length-delimited Protobuf in binary frames.
    PROTOBUF("centrifuge-protobuf");

    private final String subprotocol;

    Encoding(String subprotocol) {
        this.subprotocol = subprotocol;
    }

    /// The name in `Sec-WebSocket-Protocol`.
    public String subprotocol() {
        return subprotocol;
    }
}
