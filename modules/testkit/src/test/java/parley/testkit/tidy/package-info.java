/// Rules about the source tree that no compiler keeps, each shown to find what it forbids.
@NullMarked
package parley.testkit.tidy;

import org.jspecify.annotations.NullMarked;
