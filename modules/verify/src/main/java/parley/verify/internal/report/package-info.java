/// What a run found, for programs and for people.
@NullMarked
package parley.verify.internal.report;

import org.jspecify.annotations.NullMarked;
