@NullMarked
package parley.cluster.internal;

import org.jspecify.annotations.NullMarked;
