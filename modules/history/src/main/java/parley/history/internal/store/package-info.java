@NullMarked
package parley.history.internal.store;

import org.jspecify.annotations.NullMarked;
