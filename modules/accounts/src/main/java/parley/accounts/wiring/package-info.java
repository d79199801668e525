@NullMarked
package parley.accounts.wiring;

import org.jspecify.annotations.NullMarked;
