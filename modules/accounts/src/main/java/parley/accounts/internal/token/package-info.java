@NullMarked
package parley.accounts.internal.token;

import org.jspecify.annotations.NullMarked;
