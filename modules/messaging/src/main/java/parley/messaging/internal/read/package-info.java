@NullMarked
package parley.messaging.internal.read;

import org.jspecify.annotations.NullMarked;
