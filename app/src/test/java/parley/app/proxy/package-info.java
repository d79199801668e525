@NullMarked
package parley.app.proxy;

import org.jspecify.annotations.NullMarked;
