/// Clients of the protocol that share no code with the server.
@NullMarked
package parley.verify.internal.client;

import org.jspecify.annotations.NullMarked;
