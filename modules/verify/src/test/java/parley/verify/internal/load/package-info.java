@NullMarked
package parley.verify.internal.load;

import org.jspecify.annotations.NullMarked;
