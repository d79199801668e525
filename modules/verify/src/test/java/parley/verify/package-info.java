@NullMarked
package parley.verify;

import org.jspecify.annotations.NullMarked;
