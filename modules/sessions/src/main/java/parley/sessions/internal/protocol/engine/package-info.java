@NullMarked
package parley.sessions.internal.protocol.engine;

import org.jspecify.annotations.NullMarked;
