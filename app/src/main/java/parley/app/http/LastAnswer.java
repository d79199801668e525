package parley.app.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;

/// Ends the connection after an answer that says `Connection: close`. Helidon says so too, but reads on,
/// and then takes a body that nobody read for the next request (request smuggling). What a later filter
/// throws is answered here, since Helidon would answer it only after this filter.
public final class LastAnswer implements Filter {

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        try {
            chain.proceed();
        } catch (RuntimeException refused) {
            if (response.isSent()) {
                throw refused;
            }
            Problems.answer(request, response, refused);
        }
        if (response.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
            passOver(request);
            throw new CloseConnectionException("the last answer of this connection has been sent");
        }
    }

    /// Reads the body, within its limit: a socket that is closed over unread bytes takes the answer with it.
    private static void passOver(RoutingRequest request) {
        if (!request.content().consumed() && !request.headers().contains(HeaderNames.EXPECT)) {
            try {
                request.content().consume();
            } catch (RuntimeException e) {
                throw new CloseConnectionException("the rest of a request did not come", e);
            }
        }
    }
}
