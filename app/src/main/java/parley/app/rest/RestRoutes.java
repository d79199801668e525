package parley.app.rest;

import java.time.Duration;
import parley.accounts.Accounts;
import parley.accounts.Tokens;
import parley.app.http.ClientAddresses;
import parley.app.http.CrossOrigin;
import parley.app.http.JsonBodies;
import parley.app.http.Routes;

/// All routes of this package, to be put into the table of the public listener.
public final class RestRoutes {
    private final AccountRoutes accounts;
    private final TokenRoutes tokens;

    /// `refreshLifetime` is how long a browser keeps the cookie of a refresh token.
    public RestRoutes(
            Accounts accounts,
            Tokens tokens,
            ClientAddresses clients,
            CrossOrigin origins,
            Duration refreshLifetime,
            JsonBodies json) {
        Callers callers = new Callers(tokens);
        RefreshCookie cookie = new RefreshCookie(clients, origins, refreshLifetime);
        this.accounts = new AccountRoutes(accounts, callers, json);
        this.tokens = new TokenRoutes(tokens, callers, clients, cookie, json);
    }

    public void register(Routes routes) {
        accounts.register(routes);
        tokens.register(routes);
    }
}
