/// The chat page, served from the jar.
@NullMarked
package parley.app.page;

import org.jspecify.annotations.NullMarked;
