@NullMarked
package parley.redis.link;

import org.jspecify.annotations.NullMarked;
