@NullMarked
package parley.cluster.wiring;

import org.jspecify.annotations.NullMarked;
