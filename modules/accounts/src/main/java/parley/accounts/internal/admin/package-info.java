@NullMarked
package parley.accounts.internal.admin;

import org.jspecify.annotations.NullMarked;
