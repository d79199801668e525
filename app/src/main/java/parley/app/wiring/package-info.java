/// Puts the modules together.
@NullMarked
package parley.app.wiring;

import org.jspecify.annotations.NullMarked;
