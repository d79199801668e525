@NullMarked
package parley.app.rest;

import org.jspecify.annotations.NullMarked;
