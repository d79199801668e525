@NullMarked
package parley.accounts.internal.deletion;

import org.jspecify.annotations.NullMarked;
