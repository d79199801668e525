@NullMarked
package parley.app.database;

import org.jspecify.annotations.NullMarked;
