@NullMarked
package parley.messaging.wiring;

import org.jspecify.annotations.NullMarked;
