/// The public REST routes: sign-up, tokens, devices, one's own account, public keys.
@NullMarked
package parley.app.rest;

import org.jspecify.annotations.NullMarked;
