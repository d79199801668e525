package parley.sessions.internal.protocol.profile;

import parley.sessions.internal.protocol.message.ProtocolError;

/// A call of the HTTP API is answered with an error.
final class ApiProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ProtocolError error;

    ApiProblem(ProtocolError error) {
        super(error.message(), null, false, false);
        this.error = error;
    }

    ProtocolError error() {
        return error;
    }
}
