@NullMarked
package parley.history.internal.lane;

import org.jspecify.annotations.NullMarked;
