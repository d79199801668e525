@NullMarked
package parley.kernel;

import org.jspecify.annotations.NullMarked;
