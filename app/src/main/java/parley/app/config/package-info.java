/// The configuration: every key with its default and bounds, where values come from, and the validated
/// record of each area.
@NullMarked
package parley.app.config;

import org.jspecify.annotations.NullMarked;
