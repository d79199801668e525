@NullMarked
package parley.sessions.internal.protocol;

import org.jspecify.annotations.NullMarked;
