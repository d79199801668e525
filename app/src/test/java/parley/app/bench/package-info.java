@NullMarked
package parley.app.bench;

import org.jspecify.annotations.NullMarked;
