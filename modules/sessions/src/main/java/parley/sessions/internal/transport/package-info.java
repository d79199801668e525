/// WebSocket connections: upgrade, frames, the non-blocking port to one connection and its portable
/// implementation on virtual threads. Knows nothing of the client protocol or of chat.
@NullMarked
package parley.sessions.internal.transport;

import org.jspecify.annotations.NullMarked;
