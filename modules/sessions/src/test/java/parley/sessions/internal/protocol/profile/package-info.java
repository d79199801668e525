/// The protocol engine with a back end in memory: what `ops/protocol-profile` serves, so that the suites
/// of SDKs can be pointed at it, and what tests of the protocol use. Nothing of it is in the product.
@NullMarked
package parley.sessions.internal.protocol.profile;

import org.jspecify.annotations.NullMarked;
