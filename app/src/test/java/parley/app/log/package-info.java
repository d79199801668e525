@NullMarked
package parley.app.log;

import org.jspecify.annotations.NullMarked;
