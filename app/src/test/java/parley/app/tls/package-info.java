@NullMarked
package parley.app.tls;

import org.jspecify.annotations.NullMarked;
