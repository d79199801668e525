@NullMarked
package parley.sessions.internal.protocol.message;

import org.jspecify.annotations.NullMarked;
