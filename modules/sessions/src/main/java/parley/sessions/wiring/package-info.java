@NullMarked
package parley.sessions.wiring;

import org.jspecify.annotations.NullMarked;
