/// Limits of the edge, each with a name: rates (token buckets) and numbers at once. They know keys and
/// counts, nothing of chat or protocol but the error that a client gets.
@NullMarked
package parley.sessions.internal.limit;

import org.jspecify.annotations.NullMarked;
