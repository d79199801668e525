/// People who use Parley, and what they do.
@NullMarked
package parley.verify.internal.load;

import org.jspecify.annotations.NullMarked;
