package parley.app.rest;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.validation.constraints.NotNull;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.accounts.Tokens;
import parley.accounts.Tokens.RefreshResult;
import parley.accounts.Tokens.SignInResult;
import parley.accounts.Tokens.SignedIn;
import parley.app.http.ClientAddresses;
import parley.app.http.Confidential;
import parley.app.http.JsonBodies;
import parley.app.http.Problem;
import parley.app.http.Routes;
import parley.app.rest.Callers.Caller;
import parley.kernel.Secret;

/// `/api/v1/tokens` and the public keys.
final class TokenRoutes {
    static final String REFRESH = "/api/v1/tokens/refresh";

    private static final String TOKENS = "/api/v1/tokens";
    private static final String KEYS = "/.well-known/jwks.json";

    private final Tokens tokens;
    private final Callers callers;
    private final ClientAddresses clients;
    private final RefreshCookie cookie;
    private final JsonBodies json;

    TokenRoutes(Tokens tokens, Callers callers, ClientAddresses clients, RefreshCookie cookie, JsonBodies json) {
        this.tokens = tokens;
        this.callers = callers;
        this.clients = clients;
        this.cookie = cookie;
        this.json = json;
    }

    void register(Routes routes) {
        routes.post(TOKENS, this::signIn)
                .post(REFRESH, this::refresh)
                .delete(TOKENS + "/current", this::signOut)
                .get(KEYS, this::keys);
    }

    /// With `cookie` the refresh token comes in a cookie and not in the answer.
    public record SignInBody(
            @NotNull String handle,
            @NotNull @Confidential String password,
            @NotNull String device,
            @Nullable Boolean cookie) {}

    /// Without a token the one in the cookie is used.
    public record RefreshBody(@Nullable @Confidential String refreshToken) {}

    /// `expiresIn` in seconds; `refreshToken` absent when it is in the cookie.
    public record TokensView(
            String account,
            String device,
            String accessToken,
            long expiresIn,
            @Nullable String refreshToken) {}

    private void signIn(ServerRequest request, ServerResponse response) {
        SignInBody body = json.read(request, SignInBody.class);
        boolean inCookie = Boolean.TRUE.equals(body.cookie());
        if (inCookie) {
            cookie.requireTrusted(request);
        }
        Secret password = Inputs.secret("password", body.password());
        switch (tokens.signIn(body.handle(), password, body.device(), clients.of(request))) {
            case SignedIn done -> send(request, response, Status.CREATED_201, done, inCookie);
            case SignInResult.Wrong wrong ->
                throw Problem.of(401, "wrong-credentials", "Wrong handle or password", "Nobody is signed in by these.")
                        .with("WWW-Authenticate", "Bearer");
            case SignInResult.TooManyAttempts locked -> throw Inputs.tooMany(locked.retryAfter());
            case SignInResult.Banned banned -> throw Callers.banned();
            case SignInResult.Invalid invalid -> throw Inputs.invalid(invalid.fields());
            case SignInResult.Busy busy -> throw Inputs.busy(busy.retryAfter());
        }
    }

    private void refresh(ServerRequest request, ServerResponse response) {
        RefreshBody body = json.read(request, RefreshBody.class);
        String sent = body.refreshToken();
        boolean inCookie = sent == null;
        if (inCookie) {
            cookie.requireTrusted(request);
        }
        Optional<Secret> token =
                sent == null ? RefreshCookie.token(request) : Optional.of(Inputs.secret("refreshToken", sent));
        if (token.isEmpty()) {
            throw refused(request, true);
        }
        switch (tokens.refresh(token.get())) {
            case SignedIn done -> send(request, response, Status.OK_200, done, inCookie);
            case RefreshResult.Refused refused -> throw refused(request, inCookie);
            case RefreshResult.Banned banned -> throw Callers.banned();
        }
    }

    private void signOut(ServerRequest request, ServerResponse response) {
        Caller caller = callers.of(request);
        json.expectNone(request);
        tokens.signOut(caller.account(), caller.device());
        response.header(HeaderNames.SET_COOKIE, cookie.remove(request));
        response.status(Status.NO_CONTENT_204).send();
    }

    private void keys(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.CONTENT_TYPE, "application/jwk-set+json");
        // Less than the time for which a new key waits before it signs.
        response.header(HeaderNames.CACHE_CONTROL, "public, max-age=60");
        response.send(tokens.jwks());
    }

    private void send(ServerRequest request, ServerResponse response, Status status, SignedIn done, boolean inCookie) {
        if (inCookie) {
            response.header(HeaderNames.SET_COOKIE, cookie.keep(request, done.refreshToken()));
        }
        TokensView view = new TokensView(
                done.account().toString(),
                done.device().toString(),
                done.accessToken().reveal(),
                done.expiresIn().toSeconds(),
                inCookie ? null : done.refreshToken().reveal());
        json.send(response, status, view);
    }

    private Problem refused(ServerRequest request, boolean inCookie) {
        Problem problem = Problem.of(
                        401, "refresh-refused", "Sign in again", "This refresh token is not good any more.")
                .with("WWW-Authenticate", "Bearer");
        return inCookie ? problem.with("Set-Cookie", cookie.remove(request)) : problem;
    }
}
