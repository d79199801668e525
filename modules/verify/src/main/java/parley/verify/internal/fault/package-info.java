/// What breaks, and how one sees that it did.
@NullMarked
package parley.verify.internal.fault;

import org.jspecify.annotations.NullMarked;
