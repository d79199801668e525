@NullMarked
package parley.history.internal.hot;

import org.jspecify.annotations.NullMarked;
