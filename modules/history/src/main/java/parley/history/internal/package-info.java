@NullMarked
package parley.history.internal;

import org.jspecify.annotations.NullMarked;
