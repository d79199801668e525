@NullMarked
package parley.verify.internal.fault;

import org.jspecify.annotations.NullMarked;
