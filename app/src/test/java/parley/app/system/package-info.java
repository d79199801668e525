/// The program as its users have it: the packaged jar as a process of its own, real servers, real
/// clients.
@NullMarked
package parley.app.system;

import org.jspecify.annotations.NullMarked;
