@NullMarked
package parley.accounts.internal.limit;

import org.jspecify.annotations.NullMarked;
