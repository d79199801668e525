@NullMarked
package parley.accounts.internal.account;

import org.jspecify.annotations.NullMarked;
