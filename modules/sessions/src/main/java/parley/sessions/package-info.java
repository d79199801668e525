@NullMarked
package parley.sessions;

import org.jspecify.annotations.NullMarked;
