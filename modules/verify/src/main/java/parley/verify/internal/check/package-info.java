/// The invariants, each in time linear in the events.
@NullMarked
package parley.verify.internal.check;

import org.jspecify.annotations.NullMarked;
