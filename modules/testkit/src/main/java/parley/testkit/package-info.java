/// What tests stand on: real servers as child processes, a database of its own for each test class, a
/// proxy that breaks connections, and polling with a deadline. Test scope only.
@NullMarked
package parley.testkit;

import org.jspecify.annotations.NullMarked;
