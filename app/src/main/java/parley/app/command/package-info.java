/// The commands of the program.
@NullMarked
package parley.app.command;

import org.jspecify.annotations.NullMarked;
