/// Real bugs, put into the real program for as long as a test runs, so that it can be seen whether
/// anything notices.
@NullMarked
package parley.app.teeth;

import org.jspecify.annotations.NullMarked;
