@NullMarked
package parley.app.verify;

import org.jspecify.annotations.NullMarked;
