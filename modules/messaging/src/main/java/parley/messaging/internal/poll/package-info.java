@NullMarked
package parley.messaging.internal.poll;

import org.jspecify.annotations.NullMarked;
