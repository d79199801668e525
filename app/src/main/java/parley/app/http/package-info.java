/// What every REST route shares: the route table, JSON bodies in and out, problem documents.
@NullMarked
package parley.app.http;

import org.jspecify.annotations.NullMarked;
