package parley.app.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import parley.accounts.wiring.AccountsConfig;
import parley.app.rest.RestServer.Answer;
import parley.app.rest.RestServer.Person;

/// The page's way: the refresh token in a cookie that scripts cannot read and other sites cannot use.
final class RefreshCookieIT {
    private static final String REFRESH = "/api/v1/tokens/refresh";
    private static final String[] ORIGIN = {"Origin", RestServer.ALLOWED_ORIGIN};
    private static final List<String> FOREIGN = List.of(
            "https://evil.example",
            "https://chat.example.org.evil.com",
            "https://chat.example.org:8443",
            "http://chat.example.org",
            "https://CHAT.example.org",
            "https://evil.example#https://chat.example.org",
            "null",
            "");

    private static RestServer server;

    @BeforeAll
    static void start() {
        server = new RestServer(AccountsConfig.defaults(), List.of(RestServer.ALLOWED_ORIGIN));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void theRefreshTokenIsInTheCookieAndNotInTheAnswer() {
        // Promise: HttpOnly, SameSite=Strict, scoped to the refresh route; no script sees the token.
        Answer tokens = signIn();

        assertFalse(tokens.body().containsKey("refreshToken"));
        List<String> cookie = cookie(tokens);
        assertTrue(cookie.getFirst().matches("parley_refresh=[A-Za-z0-9_-]{86}"), cookie.getFirst());
        assertTrue(cookie.containsAll(List.of("HttpOnly", "SameSite=Strict", "Path=" + REFRESH, "Max-Age=5184000")));
        assertFalse(cookie.stream().anyMatch(part -> part.startsWith("Domain")));
        assertFalse(cookie.contains("Secure"), "plain http on one's own machine");
    }

    @Test
    void theCookieIsSecureWhereverItCouldBeRead() {
        // Promise: Secure when https, or when the host is not loopback.
        String body = RestServer.signIn(server.newPerson().handle(), RestServer.PASSWORD, true);

        assertTrue(cookie(server.post("/api/v1/tokens", body, both(ORIGIN, "X-Forwarded-Proto", "https")))
                .contains("Secure"));
    }

    @Test
    void theCookieIsRotatedAndAnOldOneSignsTheDeviceOut() {
        // Promise: refresh by cookie gives new tokens and a new cookie; the old one is good no more.
        String first = cookie(signIn()).getFirst();

        Answer second = server.post(REFRESH, "{}", both(ORIGIN, "Cookie", first));

        assertEquals(200, second.status());
        assertFalse(second.body().containsKey("refreshToken"));
        assertNotEquals(first, cookie(second).getFirst());
        Answer reused = server.post(REFRESH, "{}", both(ORIGIN, "Cookie", first));
        assertEquals(401, reused.status());
        assertTrue(cookie(reused).contains("Max-Age=0"), "the useless cookie is removed");
        assertEquals(
                401,
                server.post(REFRESH, "{}", both(ORIGIN, "Cookie", cookie(second).getFirst()))
                        .status());
    }

    @Test
    void foreignOriginsMayNotUseTheCookie() {
        // Promise (S1): the allow-list is exact; another origin is refused and uses nothing up.
        String cookie = cookie(signIn()).getFirst();

        for (String origin : FOREIGN) {
            Answer refused = server.post(REFRESH, "{}", "Origin", origin, "Cookie", cookie);
            assertEquals(403, refused.status(), origin);
            assertTrue(refused.header("Set-Cookie").isEmpty());
            assertTrue(refused.header("Access-Control-Allow-Origin").isEmpty());
        }
        assertEquals(
                200, server.post(REFRESH, "{}", both(ORIGIN, "Cookie", cookie)).status());
    }

    @Test
    void foreignOriginsGetNoCookieEither() {
        // Promise: nobody is signed in behind their back by a page of another origin.
        String body = RestServer.signIn(server.newPerson().handle(), RestServer.PASSWORD, true);

        for (String origin : FOREIGN) {
            Answer refused = server.post("/api/v1/tokens", body, "Origin", origin);
            assertEquals(403, refused.status(), origin);
            assertTrue(refused.header("Set-Cookie").isEmpty());
        }
    }

    @Test
    void withoutAListTheOwnHostIsTheOnlyOrigin() {
        // Promise: allowed-origins empty = same host.
        try (RestServer own = new RestServer(AccountsConfig.defaults(), List.of())) {
            String body = RestServer.signIn(own.newPerson().handle(), RestServer.PASSWORD, true);

            assertEquals(
                    201,
                    own.post("/api/v1/tokens", body, "Origin", "http://127.0.0.1:" + own.port())
                            .status());
            assertEquals(
                    403,
                    own.post("/api/v1/tokens", body, "Origin", "http://127.0.0.1:1")
                            .status());
            assertEquals(
                    403,
                    own.post("/api/v1/tokens", body, "Origin", "https://evil.example")
                            .status());
        }
    }

    @Test
    void noCookieOrSeveralAreRefused() {
        // Promise: only one cookie of ours counts; a planted second one does not choose.
        String cookie = cookie(signIn()).getFirst();

        assertEquals(401, server.post(REFRESH, "{}", ORIGIN).status());
        assertEquals(
                401,
                server.post(REFRESH, "{}", both(ORIGIN, "Cookie", "parley_refresh="))
                        .status());
        assertEquals(
                401,
                server.post(REFRESH, "{}", both(ORIGIN, "Cookie", "parley_refresh=planted; " + cookie))
                        .status());
        assertEquals(
                200,
                server.post(REFRESH, "{}", both(ORIGIN, "Cookie", "other=1; " + cookie))
                        .status());
    }

    @Test
    void signOutRemovesTheCookie() {
        // Promise: after signing out the browser keeps nothing.
        Person person = server.newPerson();

        Answer gone = server.send("DELETE", "/api/v1/tokens/current", null, RestServer.as(person));

        assertTrue(cookie(gone).containsAll(List.of("parley_refresh=", "Max-Age=0", "Path=" + REFRESH)));
    }

    @Test
    void allowedOriginsMayReadAnswersAndOthersNot() {
        // Promise: one allow-list serves Origin and CORS.
        Person person = server.newPerson();
        Answer allowed = server.get("/api/v1/accounts/me", both(ORIGIN, RestServer.as(person)));
        Answer foreign = server.get(
                "/api/v1/accounts/me", both(new String[] {"Origin", "https://evil.example"}, RestServer.as(person)));
        Answer preflight = server.send(
                "OPTIONS", "/api/v1/accounts/me", null, both(ORIGIN, "Access-Control-Request-Method", "PATCH"));

        assertEquals(RestServer.ALLOWED_ORIGIN, allowed.header("Access-Control-Allow-Origin"));
        assertEquals("", foreign.header("Access-Control-Allow-Origin"));
        assertEquals(204, preflight.status());
        assertTrue(preflight.header("Access-Control-Allow-Methods").contains("PATCH"));
        assertTrue(preflight.header("Access-Control-Allow-Headers").contains("Authorization"));
    }

    private static Answer signIn() {
        String body = RestServer.signIn(server.newPerson().handle(), RestServer.PASSWORD, true);
        Answer tokens = server.post("/api/v1/tokens", body, ORIGIN);
        assertEquals(201, tokens.status());
        return tokens;
    }

    private static List<String> cookie(Answer answer) {
        return Arrays.stream(answer.header("Set-Cookie").split(";", -1))
                .map(String::strip)
                .toList();
    }

    private static String[] both(String[] first, String... second) {
        return Stream.concat(Arrays.stream(first), Arrays.stream(second)).toArray(String[]::new);
    }
}
