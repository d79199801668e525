/// Health: every module's probes, asked within a bounded time.
@NullMarked
package parley.app.health;

import org.jspecify.annotations.NullMarked;
