/// How the program ends.
@NullMarked
package parley.app.exit;

import org.jspecify.annotations.NullMarked;
