/// What stands at the door of the node: counting connections, closing for a drain, metrics of the
/// protocol.
@NullMarked
package parley.sessions.internal.edge;

import org.jspecify.annotations.NullMarked;
