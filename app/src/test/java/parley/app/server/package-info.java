@NullMarked
package parley.app.server;

import org.jspecify.annotations.NullMarked;
