@NullMarked
package parley.messaging;

import org.jspecify.annotations.NullMarked;
