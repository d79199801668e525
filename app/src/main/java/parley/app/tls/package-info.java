/// TLS of the listeners: certificates from files, taken anew when they change.
@NullMarked
package parley.app.tls;

import org.jspecify.annotations.NullMarked;
