/// Fills and empties a database for load tests.
@NullMarked
package parley.app.bench;

import org.jspecify.annotations.NullMarked;
