@NullMarked
package parley.accounts;

import org.jspecify.annotations.NullMarked;
