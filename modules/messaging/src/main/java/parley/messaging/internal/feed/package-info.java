@NullMarked
package parley.messaging.internal.feed;

import org.jspecify.annotations.NullMarked;
