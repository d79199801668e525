@NullMarked
package parley.messaging.internal.forget;

import org.jspecify.annotations.NullMarked;
