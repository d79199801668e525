@NullMarked
package parley.sessions.internal.protocol.codec;

import org.jspecify.annotations.NullMarked;
