/// People for `parley verify`: made in the database, or signed up like anybody else.
@NullMarked
package parley.app.verify;

import org.jspecify.annotations.NullMarked;
