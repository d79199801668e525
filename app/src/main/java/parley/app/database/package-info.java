/// The database: its pool, its address, and its schema.
@NullMarked
package parley.app.database;

import org.jspecify.annotations.NullMarked;
