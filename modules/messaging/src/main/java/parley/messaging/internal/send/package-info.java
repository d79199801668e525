@NullMarked
package parley.messaging.internal.send;

import org.jspecify.annotations.NullMarked;
