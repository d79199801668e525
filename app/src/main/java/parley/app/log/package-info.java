/// Logs: one JSON object per line on standard error.
@NullMarked
package parley.app.log;

import org.jspecify.annotations.NullMarked;
