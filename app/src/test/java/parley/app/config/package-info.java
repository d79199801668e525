@NullMarked
package parley.app.config;

import org.jspecify.annotations.NullMarked;
