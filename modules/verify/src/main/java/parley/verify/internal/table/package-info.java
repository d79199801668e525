/// What the tables hold.
@NullMarked
package parley.verify.internal.table;

import org.jspecify.annotations.NullMarked;
