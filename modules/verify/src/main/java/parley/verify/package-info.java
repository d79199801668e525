/// What clients saw, and whether it is what Parley promises: events, checker, verdict.
@NullMarked
package parley.verify;

import org.jspecify.annotations.NullMarked;
