/// What an installation is like, told to its operator.
@NullMarked
package parley.app.doctor;

import org.jspecify.annotations.NullMarked;
