@NullMarked
package parley.messaging.internal.conversation;

import org.jspecify.annotations.NullMarked;
