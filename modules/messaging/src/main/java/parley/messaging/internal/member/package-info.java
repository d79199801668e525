@NullMarked
package parley.messaging.internal.member;

import org.jspecify.annotations.NullMarked;
