@NullMarked
package parley.accounts.internal.store;

import org.jspecify.annotations.NullMarked;
