/// Nodes that reach each other through Redis.
@NullMarked
package parley.cluster.internal.redis;

import org.jspecify.annotations.NullMarked;
