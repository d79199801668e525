/// The PROXY protocol: what a TCP load balancer says of a connection before its first byte.
@NullMarked
package parley.app.proxy;

import org.jspecify.annotations.NullMarked;
