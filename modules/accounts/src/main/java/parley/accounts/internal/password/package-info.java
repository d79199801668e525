@NullMarked
package parley.accounts.internal.password;

import org.jspecify.annotations.NullMarked;
