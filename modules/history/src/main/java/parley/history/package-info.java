@NullMarked
package parley.history;

import org.jspecify.annotations.NullMarked;
