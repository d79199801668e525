/// The program's entry.
@NullMarked
package parley.app;

import org.jspecify.annotations.NullMarked;
