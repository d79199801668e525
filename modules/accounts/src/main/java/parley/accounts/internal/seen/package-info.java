@NullMarked
package parley.accounts.internal.seen;

import org.jspecify.annotations.NullMarked;
