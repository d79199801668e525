@NullMarked
package parley.redis;

import org.jspecify.annotations.NullMarked;
