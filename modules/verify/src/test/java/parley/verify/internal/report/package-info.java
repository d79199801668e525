@NullMarked
package parley.verify.internal.report;

import org.jspecify.annotations.NullMarked;
