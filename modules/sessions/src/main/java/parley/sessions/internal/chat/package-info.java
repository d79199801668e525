@NullMarked
package parley.sessions.internal.chat;

import org.jspecify.annotations.NullMarked;
