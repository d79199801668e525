@NullMarked
package parley.app.doctor;

import org.jspecify.annotations.NullMarked;
