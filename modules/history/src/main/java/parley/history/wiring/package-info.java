@NullMarked
package parley.history.wiring;

import org.jspecify.annotations.NullMarked;
