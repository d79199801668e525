package parley.app.rest;

import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import parley.accounts.Tokens;
import parley.accounts.Tokens.VerifyResult;
import parley.app.http.Problem;
import parley.kernel.AccountId;
import parley.kernel.DeviceId;

/// Finds out who makes a request: the access token of `Authorization: Bearer`, and from nowhere else (a
/// query ends up in logs). Thread-safe.
final class Callers {
    private static final String SCHEME = "Bearer ";

    private final Tokens tokens;

    Callers(Tokens tokens) {
        this.tokens = tokens;
    }

    /// Who makes a request, by a token that is good now.
    record Caller(AccountId account, DeviceId device) {}

    /// Throws 401 for a token that is missing or not good, the same for every reason, and 403 for one of
    /// a banned account.
    Caller of(ServerRequest request) {
        return switch (tokens.verify(token(request.headers()))) {
            case VerifyResult.Verified good -> new Caller(good.account(), good.device());
            case VerifyResult.Banned banned -> throw banned();
            case VerifyResult.Expired expired -> throw Problem.unauthorized();
            case VerifyResult.SignedOut signedOut -> throw Problem.unauthorized();
            case VerifyResult.Invalid invalid -> throw Problem.unauthorized();
        };
    }

    static Problem banned() {
        return Problem.of(403, "account-banned", "Account banned", "This account may not be used now.");
    }

    private static String token(ServerRequestHeaders headers) {
        List<String> sent = headers.contains(HeaderNames.AUTHORIZATION)
                ? headers.get(HeaderNames.AUTHORIZATION).allValues()
                : List.of();
        if (sent.size() != 1 || !sent.getFirst().regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw Problem.unauthorized();
        }
        return sent.getFirst().substring(SCHEME.length()).strip();
    }
}
