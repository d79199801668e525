/// The two listeners and the life of the process.
@NullMarked
package parley.app.server;

import org.jspecify.annotations.NullMarked;
