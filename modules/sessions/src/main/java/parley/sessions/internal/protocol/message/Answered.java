package parley.sessions.internal.protocol.message;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/// What a reply says: the result of the kind that was asked for, or an error.
public sealed interface Answered permits ProtocolError, Result {

    /// The same with `change` done to each payload whose content may be taken back, and to those beside
    /// it, in the order in which they are encoded; itself when that changes none.
    default Answered with(UnaryOperator<Payload> change) {
        return this;
    }

    /// The same with what its payloads are now ([Payload#now]); itself when nothing was taken back.
    default Answered now() {
        return with(Payload::now);
    }

    /// Whether [#now] may ever be another one.
    default boolean isRevocable() {
        AtomicBoolean revocable = new AtomicBoolean();
        Answered unused = with(payload -> {
            if (payload.source() != null) {
                revocable.set(true);
            }
            return payload;
        });
        return revocable.get();
    }
}
